/** The files in deploy/ against this version: commands, settings and which of them win, paths of probes, files that are copied. */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseEnv } from 'node:util';
import { describe, expect, it } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { readConfig } from '../src/config.ts';
import { fields } from '../src/config-fields.ts';

const ROLES = ['serve', 'web', 'worker'];
const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const read = (name: string) => readFileSync(here(`../deploy/${name}`), 'utf8');
const isSetting = (name: string) => name in fields.shape;
const EXAMPLE = parseEnv(readFileSync(here('../.env.example'), 'utf8')) as Record<string, string>;
const GOOGLE_KEY = /^\/etc\/cancel-desk\/.*key\.json$/;

/** As the service reads them: the example filled in, and what the deployment sets. */
function configOf(settings: Record<string, string>) {
  return readConfig({ ...EXAMPLE, SHOPIFY_ACCESS_TOKEN: 'shpat_x', GOOGLE_FORM_ID: 'form', ...settings });
}

interface Compose {
  readonly services: Record<
    string,
    {
      readonly command?: string[];
      readonly environment?: Record<string, string>;
      readonly depends_on?: object;
      readonly volumes: (string | { readonly target: string; readonly read_only?: boolean })[];
    }
  >;
}

interface Document {
  readonly kind: string;
  readonly metadata: { readonly name: string };
  readonly data: Record<string, string>;
  readonly spec: {
    readonly template: {
      readonly spec: {
        readonly containers: {
          readonly command: string[];
          readonly envFrom: { readonly configMapRef?: { readonly name: string } }[];
          readonly volumeMounts: { readonly mountPath: string }[];
          readonly readinessProbe?: { readonly httpGet: { readonly path: string } };
          readonly livenessProbe?: { readonly httpGet: { readonly path: string } };
        }[];
      };
    };
  };
}

describe('.env.example', () => {
  it('leaves alone what a deployment sets: where it listens, its folder, its proxies', () => {
    for (const name of ['HOST', 'PORT', 'DATA_DIR', 'TRUSTED_PROXIES']) expect(EXAMPLE).not.toHaveProperty(name);
    expect(configOf({})).toMatchObject({ host: '127.0.0.1', port: 8080, dataDir: './data' });
  });
});

describe('compose.yaml', () => {
  const { services } = parse(read('compose.yaml'), { merge: true }) as Compose;
  const ours = Object.entries(services).filter(([name]) => name !== 'database');

  it.each(ours)('%s starts a role that there is, with settings that there are and that win', (_, service) => {
    expect(service.command?.slice(0, 2)).toEqual(['node', 'src/cli/main.ts']);
    expect(ROLES).toContain(service.command?.[2]);
    expect(service.depends_on).toBeDefined();
    const settings = service.environment ?? {};
    expect(Object.keys(settings).filter((one) => !isSetting(one))).toEqual([]);
    const config = configOf({ ...settings, DATABASE_URL: 'postgres://desk:x@database/desk' });
    expect(config).toMatchObject({ host: '0.0.0.0', port: 8080, trustedProxies: ['loopback', 'uniquelocal'] });
    expect(config.policy).toEqual({ path: '/etc/cancel-desk/policy.yaml', required: true });
    expect(config.google.auth).toMatchObject({ keyFile: expect.stringMatching(GOOGLE_KEY) });
    expect(service.volumes).toContainEqual(
      expect.objectContaining({ target: '/etc/cancel-desk', read_only: true, bind: { create_host_path: false } }),
    );
  });
});

describe('kubernetes.yaml', () => {
  const documents = parseAllDocuments(read('kubernetes.yaml')).map((one) => one.toJS() as Document);
  const containers = documents
    .filter(({ kind }) => kind === 'Deployment')
    .flatMap(({ spec }) => spec.template.spec.containers);
  const places = documents.find(({ kind }) => kind === 'ConfigMap');

  it('starts roles that there are, and asks pages that there are', () => {
    expect(containers.map(({ command }) => command[2])).toEqual(['web', 'worker']);
    expect(containers[0]?.readinessProbe?.httpGet.path).toBe('/readyz');
    expect(containers[0]?.livenessProbe?.httpGet.path).toBe('/healthz');
  });

  it('has settings that there are and that win, and mounts the files that they name', () => {
    const settings = places?.data ?? {};
    expect(Object.keys(settings).filter((one) => !isSetting(one))).toEqual([]);
    const { host, port, policy, google, auditAnchorFile } = configOf(settings);
    expect([host, port, policy.required]).toEqual(['0.0.0.0', 8080, true]);
    expect(google.auth).toMatchObject({ keyFile: expect.stringMatching(GOOGLE_KEY) });
    for (const { envFrom, volumeMounts } of containers) {
      // The last one wins.
      expect(envFrom.at(-1)?.configMapRef?.name).toBe(places?.metadata.name);
      const folders = volumeMounts.map(({ mountPath }) => mountPath);
      for (const file of [policy.path, auditAnchorFile, settings.GOOGLE_APPLICATION_CREDENTIALS ?? '']) {
        expect(folders).toContain(file.replace(/\/[^/]+$/, ''));
      }
    }
  });
});

describe('the Dockerfile', () => {
  const text = read('Dockerfile');

  it('copies files that there are, and all that runs', () => {
    const copied = [...text.matchAll(/^COPY (.+) \S+$/gm)].flatMap(([, names = '']) => names.split(' '));
    for (const name of copied) expect(existsSync(here(`../${name}`)), name).toBe(true);
    for (const name of ['src', 'templates', 'package-lock.json']) expect(copied).toContain(name);
  });

  it('has the folders of its volumes for the user that it runs as, and pg_dump of the database beside it', () => {
    expect(text).toMatch(/^RUN install -d -o node -g node .*\/data \/anchors\nUSER node$/m);
    const [, client] = /POSTGRES_VERSION=(\d+)/.exec(text) ?? [];
    expect(read('compose.yaml')).toContain(`image: postgres:${client}\n`);
  });
});

describe.each(readdirSync(here('../deploy/systemd')))('%s', (file) => {
  const text = read(`systemd/${file}`);
  const valuesOf = (name: string) => [...text.matchAll(new RegExp(`^${name}=(.*)$`, 'gm'))].map(([, value]) => value);

  it('starts a role that there is, with a folder that the settings don’t move', () => {
    const [start = ''] = valuesOf('ExecStart');
    const [, folder, role = ''] =
      /^\/usr\/bin\/env DATA_DIR=\/var\/lib\/(\S+) \/usr\/bin\/node scripts\/run\.mjs src\/cli\/main\.ts (\w+)$/.exec(
        start,
      ) ?? [];
    expect(ROLES).toContain(role);
    expect(valuesOf('StateDirectory')).toEqual([folder]);
    // It loses to EnvironmentFile=.
    expect(valuesOf('Environment')).toEqual([]);
    // A setting that can't be right doesn't become right by starting again.
    expect(valuesOf('RestartPreventExitStatus')).toEqual(['78']);
  });

  it('stops the launcher alone, which passes it on', () => {
    expect(valuesOf('KillMode')).toEqual(['mixed']);
  });

  const analyze = () => spawnSync('systemd-analyze', ['--version']).status === 0;
  it.runIf(analyze())('exposes no more than 2.0 by systemd’s own reckoning', () => {
    const { stdout } = spawnSync(
      'systemd-analyze',
      ['security', '--offline=true', '--no-pager', here(`../deploy/systemd/${file}`)],
      { encoding: 'utf8' },
    );
    const [, exposure = 'unknown'] = /Overall exposure level for \S+: ([\d.]+)/.exec(stdout) ?? [];
    expect(Number(exposure)).toBeLessThanOrEqual(2);
  });
});
