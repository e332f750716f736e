/** The files in deploy/ against this version: commands, settings, paths of probes, files that are copied. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { fields } from '../src/config-fields.ts';

const ROLES = ['serve', 'web', 'worker'];
const read = (name: string) => readFileSync(new URL(`../deploy/${name}`, import.meta.url), 'utf8');
const isSetting = (name: string) => name in fields.shape;

interface Compose {
  readonly services: Record<string, { command?: string[]; environment?: Record<string, string>; depends_on?: object }>;
}

interface Deployment {
  readonly kind: string;
  readonly spec: {
    readonly template?: {
      readonly spec: {
        readonly containers: {
          readonly command: string[];
          readonly readinessProbe?: { readonly httpGet: { readonly path: string } };
          readonly livenessProbe?: { readonly httpGet: { readonly path: string } };
        }[];
      };
    };
  };
}

describe('deploy/', () => {
  it('compose.yaml starts roles that there are, with settings that there are', () => {
    const { services } = parse(read('compose.yaml'), { merge: true }) as Compose;
    for (const [name, service] of Object.entries(services)) {
      if (name === 'database') continue;
      expect(service.command?.slice(0, 2)).toEqual(['node', 'src/cli/main.ts']);
      expect(ROLES).toContain(service.command?.[2]);
      expect(Object.keys(service.environment ?? {}).filter((one) => !isSetting(one))).toEqual([]);
      expect(service.depends_on).toBeDefined();
    }
  });

  it('kubernetes.yaml starts roles that there are, and asks pages that there are', () => {
    const documents = parseAllDocuments(read('kubernetes.yaml')).map((one) => one.toJS() as Deployment);
    const containers = documents.flatMap(({ spec }) => spec.template?.spec.containers ?? []);
    expect(containers.map(({ command }) => command[2])).toEqual(['web', 'worker']);
    expect(containers[0]?.readinessProbe?.httpGet.path).toBe('/readyz');
    expect(containers[0]?.livenessProbe?.httpGet.path).toBe('/healthz');
  });

  it('the Dockerfile copies files that there are, and all that runs', () => {
    const copied = [...read('Dockerfile').matchAll(/^COPY (.+) \S+$/gm)].flatMap(([, names = '']) => names.split(' '));
    for (const name of copied) expect(existsSync(new URL(`../${name}`, import.meta.url)), name).toBe(true);
    for (const name of ['src', 'templates', 'package-lock.json']) expect(copied).toContain(name);
  });

  it.each(readdirSync(new URL('../deploy/systemd', import.meta.url)))('%s starts a role that there is', (file) => {
    const text = read(`systemd/${file}`);
    const [, role = ''] = /^ExecStart=\S+ scripts\/run\.mjs src\/cli\/main\.ts (\w+)$/m.exec(text) ?? [];
    expect(ROLES).toContain(role);
    const settings = [...text.matchAll(/^Environment=(\w+)=/gm)].map((match) => match[1] ?? '');
    expect(settings.filter((one) => !isSetting(one))).toEqual([]);
    // A setting that can't be right doesn't become right by starting again.
    expect(text).toContain('RestartPreventExitStatus=78');
  });
});
