/** A desk whose every secret is a canary, with a proxy that can repeat each of them, and a look at all that it leaves behind. */
import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { findCanaries, makeCanary } from './canaries.ts';
import { CHILD_ENVIRONMENT } from './child-environment.ts';
import { WEBHOOK_SECRET } from './desk-under-test.ts';
import { type EchoProxy, startEchoProxy } from './echo-proxy.ts';
import { type DeskInVirtualTime, HOUR, startInVirtualTime } from './virtual-time.ts';

const CLI = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url));

export interface DeskOfCanaries {
  readonly desk: DeskInVirtualTime;
  readonly proxy: EchoProxy;
  readonly canaries: Map<string, string>;
  /** What was said beside logs, mails and files: by errors, pages, processes. */
  readonly texts: [where: string, text: string][];
  /** Where a canary shows. */
  shown(): Promise<string[]>;
  /** Every byte of what is kept. */
  stored(): [where: string, text: string][];
  /** What `cancel-desk doctor` prints beside the service. */
  doctor(more: Record<string, string>): Promise<string>;
  close(): Promise<void>;
}

export async function startDeskOfCanaries(): Promise<DeskOfCanaries> {
  const proxy = await startEchoProxy();
  const canaries = new Map<string, string>([['INTAKE_WEBHOOK_SECRET', WEBHOOK_SECRET]]);
  const canary = (name: string) => {
    const secret = makeCanary(name);
    canaries.set(name, secret);
    return secret;
  };
  let env: Record<string, string> = {};
  const clientSecret = canary('SHOPIFY_CLIENT_SECRET');
  const desk = await startInVirtualTime({
    policy: 'reminders: { after: 8h }\n',
    sources: ['forms', 'sheets'],
    world: { shopify: { clientId: 'our-app', clientSecret }, google: { emailCollectionType: 'VERIFIED' } },
    env: ({ origin, google }) => {
      proxy.target = origin;
      const { clientId, clientSecret: ofGoogle, refreshToken } = google.oauth;
      canaries.set('GOOGLE_CLIENT_SECRET', ofGoogle).set('GOOGLE_REFRESH_TOKEN', refreshToken);
      env = {
        SHOPIFY_API_ORIGIN: proxy.origin,
        SHOPIFY_ACCESS_TOKEN: '',
        SHOPIFY_CLIENT_ID: 'our-app',
        SHOPIFY_CLIENT_SECRET: clientSecret,
        SHOPIFY_WEBHOOK_SECRET: canary('SHOPIFY_WEBHOOK_SECRET'),
        GOOGLE_API_ORIGIN: proxy.origin,
        GOOGLE_APPLICATION_CREDENTIALS: '',
        GOOGLE_CLIENT_ID: clientId,
        GOOGLE_CLIENT_SECRET: ofGoogle,
        GOOGLE_REFRESH_TOKEN: refreshToken,
        CHAT_WEBHOOK_URL: `${proxy.origin}/chat/${encodeURIComponent(canary('CHAT_WEBHOOK_URL'))}`,
        CHAT_WEBHOOK_SECRET: canary('CHAT_WEBHOOK_SECRET'),
        METRICS_TOKEN: canary('METRICS_TOKEN'),
      };
      return env;
    },
  });
  const { dataDir } = desk.config;
  const texts: DeskOfCanaries['texts'] = [];
  const stored = (): [string, string][] =>
    readdirSync(dataDir)
      .filter((name) => /sqlite|anchors/.test(name))
      .map((name) => [name, readFileSync(`${dataDir}/${name}`).toString('latin1')]);
  return {
    desk,
    proxy,
    canaries,
    texts,
    stored,
    async shown() {
      for (const [i, token] of [...proxy.tokens].entries()) canaries.set(`access token ${i}`, token);
      await desk.pass(HOUR, HOUR);
      const mails = desk.world.inbox.mails.map(
        (mail) => [`mail ${mail.subject}`, `${[...mail.headers].join()} ${mail.text} ${mail.html}`] as const,
      );
      return findCanaries([...texts, ['the log', desk.logLines.join('')], ...mails, ...stored()], canaries);
    },
    doctor: (more) =>
      new Promise((resolve) => {
        const settings = {
          BASE_URL: desk.origin,
          DATA_DIR: dataDir,
          SHOPIFY_STORE_DOMAIN: desk.config.shopify.storeDomain,
          GOOGLE_FORM_ID: desk.config.google.formId ?? '',
          INTAKE_WEBHOOK_SECRET: WEBHOOK_SECRET,
          MAIL_FROM: desk.config.mail.from,
          ...CHILD_ENVIRONMENT,
        };
        const child = spawn(process.execPath, [CLI, 'doctor'], { cwd: dataDir, env: { ...settings, ...env, ...more } });
        let said = '';
        for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (said += chunk));
        child.on('exit', () => resolve(said));
      }),
    async close() {
      await desk.close();
      await proxy.close();
    },
  };
}
