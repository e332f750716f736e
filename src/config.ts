/** Environment → typed settings. Every fault is found and named at once; the text says what was expected. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { z } from 'zod';
import { type ChatSettings, isTextOnly } from './adapters/chat/chat-webhook.ts';
import { type Brand, brandFields, toBrand } from './config-brand.ts';
import { fields, listOf } from './config-fields.ts';
import { readEmailAddress } from './domain/email-address.ts';
import type { Retention } from './records/privacy.ts';

export interface Config {
  readonly baseUrl: string;
  readonly host: string;
  readonly port: number;
  /** Addresses and networks whose X-Forwarded-For is believed, as Express reads them. */
  readonly trustedProxies: readonly string[];
  readonly dataDir: string;
  readonly databaseUrl: string | null;
  readonly shopify: {
    readonly storeDomain: string;
    readonly apiVersion: string;
    readonly apiOrigin: string | null;
    /** One or several while rotating. Empty: no webhooks are taken. */
    readonly webhookSecrets: readonly string[];
    readonly auth:
      | { readonly kind: 'token'; readonly accessToken: string }
      | { readonly kind: 'client_credentials'; readonly clientId: string; readonly clientSecret: string };
  };
  readonly google: {
    readonly auth:
      | { readonly kind: 'service_account'; readonly keyFile: string }
      | {
          readonly kind: 'oauth';
          readonly clientId: string;
          readonly clientSecret: string;
          readonly refreshToken: string;
        }
      | { readonly kind: 'default' };
    readonly apiOrigin: string | null;
    readonly formId: string | null;
    readonly sheetId: string | null;
    readonly sheetRange: string | null;
    /** null: no pushes are taken. */
    readonly push: { readonly audience: string; readonly serviceAccount: string } | null;
  };
  readonly pollIntervalMs: number;
  /** One or several while rotating. Empty: the webhook is off. */
  readonly intakeWebhookSecrets: readonly string[];
  readonly mail: { readonly smtpUrl: string; readonly from: string; readonly replyTo: string | null };
  readonly brand: Brand;
  /** Without a file of the default name the built-in policy holds. */
  readonly policy: { readonly path: string; readonly required: boolean };
  /** The audit chain's head is appended to it once a day. */
  readonly auditAnchorFile: string;
  /** Where staff are told in a chat; null: nowhere. */
  readonly chat: ChatSettings | null;
  readonly staffEmails: readonly string[];
  readonly defaultLocale: string;
  readonly timeZone: string | null;
  readonly retention: Retention;
  /** Lets /metrics be read from elsewhere; null: from this machine only. */
  readonly metricsToken: string | null;
  readonly logLevel: string;
  readonly logFormat: 'json' | 'pretty';
}

/** Every line is one fault: "NAME: what is wrong". */
export class ConfigError extends Error {
  readonly faults: readonly string[];
  constructor(faults: readonly string[]) {
    super(`The settings can't work:\n${faults.map((fault) => `  - ${fault}`).join('\n')}`);
    this.name = 'ConfigError';
    this.faults = faults;
  }
}

type Environment = Record<string, string | undefined>;

/** Throws ConfigError with every fault there is. */
export function readConfig(environment: Environment = process.env): Config {
  const faults: string[] = [];
  const env = withSecretFiles(environment, faults);
  const parsed = fields.safeParse(env);
  if (!parsed.success) faults.push(...faultsIn(parsed.error, env));
  faults.push(...faultsBetween(env));
  if (!parsed.success || faults.length > 0) throw new ConfigError(faults);
  return toConfig(parsed.data);
}

/** The values are left out: one may be a secret in the wrong place. */
function faultsIn(error: z.ZodError, env: Environment): string[] {
  return error.issues.map(({ path: [name], message }) => {
    return `${String(name)}: ${env[String(name)] === undefined ? 'is missing' : message}`;
  });
}

/** What needs no other setting. Throws ConfigError. */
export function readBrand(environment: Environment = process.env): Brand {
  const env = withSecretFiles(environment, []);
  const parsed = brandFields.safeParse(env);
  if (!parsed.success) throw new ConfigError(faultsIn(parsed.error, env));
  return toBrand(parsed.data);
}

/** Empty values count as absent; NAME_FILE is read into NAME. */
function withSecretFiles(environment: Environment, faults: string[]): Environment {
  const env: Environment = {};
  for (const [name, value] of Object.entries(environment)) {
    if (value !== undefined && value.trim() !== '') env[name] = value.trim();
  }
  for (const name of Object.keys(fields.shape)) {
    const file = env[`${name}_FILE`];
    if (!file) continue;
    if (env[name]) faults.push(`${name}: is set, and ${name}_FILE too; keep one`);
    try {
      env[name] = readFileSync(file, 'utf8').trim();
    } catch (error) {
      // Its name is left out, as values are: it may be the secret itself.
      faults.push(`${name}_FILE: can't read the file that it names (${(error as NodeJS.ErrnoException).code})`);
    }
  }
  return env;
}

function faultsBetween(env: Environment): string[] {
  const faults: string[] = [];
  const token = env.SHOPIFY_ACCESS_TOKEN;
  const [id, secret] = [env.SHOPIFY_CLIENT_ID, env.SHOPIFY_CLIENT_SECRET];
  if (!token && !(id && secret)) {
    const missing = id ? 'SHOPIFY_CLIENT_SECRET' : secret ? 'SHOPIFY_CLIENT_ID' : null;
    faults.push(
      missing
        ? `${missing}: is missing beside its other half`
        : 'SHOPIFY_ACCESS_TOKEN: is missing; set it, or SHOPIFY_CLIENT_ID and SHOPIFY_CLIENT_SECRET',
    );
  }
  const oauth = ['GOOGLE_CLIENT_ID', 'GOOGLE_CLIENT_SECRET', 'GOOGLE_REFRESH_TOKEN'];
  const missing = oauth.filter((name) => !env[name]);
  if (missing.length > 0 && missing.length < oauth.length) {
    for (const name of missing) faults.push(`${name}: is missing; the three GOOGLE_… OAuth settings go together`);
  }
  const push = ['GOOGLE_PUBSUB_AUDIENCE', 'GOOGLE_PUBSUB_SERVICE_ACCOUNT'];
  const absent = push.filter((name) => !env[name]);
  if (absent.length === 1) faults.push(`${absent[0]}: is missing beside its other half`);
  if (!env.GOOGLE_FORM_ID && !env.GOOGLE_SHEET_ID && !env.INTAKE_WEBHOOK_SECRET) {
    faults.push(
      'GOOGLE_FORM_ID: nothing brings responses; set GOOGLE_FORM_ID, GOOGLE_SHEET_ID or INTAKE_WEBHOOK_SECRET',
    );
  }
  for (const [i, address] of listOf(env.STAFF_EMAILS ?? '').entries()) {
    if (readEmailAddress(address) === null) faults.push(`STAFF_EMAILS: number ${i + 1} is not one e-mail address`);
  }
  faults.push(...chatFaults(env));
  if (secretsOf(env.INTAKE_WEBHOOK_SECRET).some(isShort)) {
    faults.push(
      'INTAKE_WEBHOOK_SECRET: must be at least 24 characters, without spaces (a space separates two secrets)',
    );
  }
  return faults;
}

function chatFaults({ CHAT_WEBHOOK_URL: url, CHAT_WEBHOOK_SECRET: secret }: Environment): string[] {
  if (!url) return secret ? ['CHAT_WEBHOOK_URL: is missing beside CHAT_WEBHOOK_SECRET'] : [];
  if (!URL.canParse(url)) return [];
  const { protocol, hostname } = new URL(url);
  if (protocol !== 'https:' && hostname !== '127.0.0.1') return ['CHAT_WEBHOOK_URL: must be an https address'];
  if (isTextOnly(url)) return [];
  if (!secret) return ['CHAT_WEBHOOK_SECRET: is missing; the receiver tells by it that a message is ours'];
  return isShort(secret) ? ['CHAT_WEBHOOK_SECRET: must be at least 24 characters'] : [];
}

function isShort(secret: string): boolean {
  return secret.replace(/^whsec_/, '').length < 24;
}

function toConfig(env: z.infer<typeof fields>): Config {
  const { GOOGLE_CLIENT_ID: clientId, GOOGLE_CLIENT_SECRET: clientSecret, GOOGLE_REFRESH_TOKEN: refreshToken } = env;
  const { GOOGLE_PUBSUB_AUDIENCE: audience, GOOGLE_PUBSUB_SERVICE_ACCOUNT: serviceAccount } = env;
  return {
    baseUrl: env.BASE_URL.replace(/\/+$/, ''),
    host: env.HOST,
    port: env.PORT,
    trustedProxies: listOf(env.TRUSTED_PROXIES),
    dataDir: env.DATA_DIR,
    databaseUrl: env.DATABASE_URL ?? null,
    shopify: {
      storeDomain: env.SHOPIFY_STORE_DOMAIN.toLowerCase(),
      apiVersion: env.SHOPIFY_API_VERSION,
      apiOrigin: env.SHOPIFY_API_ORIGIN?.replace(/\/+$/, '') ?? null,
      webhookSecrets: secretsOf(env.SHOPIFY_WEBHOOK_SECRET ?? env.SHOPIFY_CLIENT_SECRET),
      auth: env.SHOPIFY_ACCESS_TOKEN
        ? { kind: 'token', accessToken: env.SHOPIFY_ACCESS_TOKEN }
        : {
            kind: 'client_credentials',
            clientId: env.SHOPIFY_CLIENT_ID ?? '',
            clientSecret: env.SHOPIFY_CLIENT_SECRET ?? '',
          },
    },
    google: {
      auth: env.GOOGLE_APPLICATION_CREDENTIALS
        ? { kind: 'service_account', keyFile: env.GOOGLE_APPLICATION_CREDENTIALS }
        : clientId && clientSecret && refreshToken
          ? { kind: 'oauth', clientId, clientSecret, refreshToken }
          : { kind: 'default' },
      apiOrigin: env.GOOGLE_API_ORIGIN?.replace(/\/+$/, '') ?? null,
      formId: env.GOOGLE_FORM_ID ?? null,
      sheetId: env.GOOGLE_SHEET_ID ?? null,
      sheetRange: env.GOOGLE_SHEET_RANGE ?? null,
      push: audience && serviceAccount ? { audience, serviceAccount } : null,
    },
    pollIntervalMs: milliseconds(env.POLL_INTERVAL),
    intakeWebhookSecrets: secretsOf(env.INTAKE_WEBHOOK_SECRET),
    mail: { smtpUrl: env.SMTP_URL, from: env.MAIL_FROM, replyTo: env.MAIL_REPLY_TO ?? null },
    brand: toBrand(env),
    policy: { path: env.POLICY_FILE ?? 'policy.yaml', required: env.POLICY_FILE !== undefined },
    auditAnchorFile: env.AUDIT_ANCHOR_FILE ?? join(env.DATA_DIR, 'audit-anchors.txt'),
    chat: env.CHAT_WEBHOOK_URL ? { url: env.CHAT_WEBHOOK_URL, secret: env.CHAT_WEBHOOK_SECRET ?? null } : null,
    staffEmails: listOf(env.STAFF_EMAILS ?? '').flatMap((address) => readEmailAddress(address) ?? []),
    defaultLocale: env.DEFAULT_LOCALE,
    timeZone: env.TIME_ZONE ?? null,
    retention: {
      raw: daysOf(env.RETENTION_RAW),
      order: daysOf(env.RETENTION_ORDER),
      personal: daysOf(env.RETENTION_PERSONAL),
    },
    metricsToken: env.METRICS_TOKEN ?? null,
    logLevel: env.LOG_LEVEL,
    logFormat: env.LOG_FORMAT,
  };
}

function secretsOf(list: string | undefined): string[] {
  return (list ?? '').split(/\s+/).filter(Boolean);
}

function daysOf(text: string): number | null {
  return text === 'off' ? null : Number.parseInt(text, 10) * 24 * 60 * 60_000;
}

function milliseconds(text: string): number {
  const unit = { ms: 1, s: 1_000, m: 60_000 }[text.replace(/\d+/, '') as 'ms' | 's' | 'm'];
  return Number.parseInt(text, 10) * unit;
}
