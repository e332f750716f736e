/** The environment's names, as zod reads them. An issue's message never repeats the value: it may be a secret. */
import { isIP } from 'node:net';
import { z } from 'zod';
import { brandFields } from './config-brand.ts';
import { readEmailAddress } from './domain/email-address.ts';

const httpOrigin = z.url({
  protocol: /^https?$/,
  error: 'must be an http(s) address such as https://desk.example.com',
});
const locale = z.string().refine(isLocale, 'must be a language tag such as en or fi');
const zone = z.string().refine(isTimeZone, 'must be an IANA time zone such as Europe/Helsinki');
const retention = z.string().regex(/^(off|[1-9]\d{0,4}d)$/, 'must be days such as 30d, or off');
const domain = z.string().regex(/^[a-z0-9][a-z0-9-]*\.myshopify\.com$/i, 'must look like name.myshopify.com');

/** Each setting by itself; what has to fit together is checked in config.ts. */
export const fields = z.object({
  BASE_URL: httpOrigin,
  HOST: z.string().default('127.0.0.1'),
  PORT: z.coerce.number('must be a number').int().min(0).max(65_535, 'must be a port, 0 to 65535').default(8080),
  TRUSTED_PROXIES: z
    .string()
    .refine(
      (list) => listOf(list).every(isProxy),
      'must be addresses or networks such as 10.0.0.0/8, or loopback, linklocal or uniquelocal, separated by commas',
    )
    .default('loopback'),
  DATA_DIR: z.string().default('./data'),
  DATABASE_URL: z
    .string()
    .regex(/^postgres(ql)?:\/\//, 'must start with postgres://')
    .refine(isAddress, 'is no address; write special characters of the password as %XX')
    .optional(),
  SHOPIFY_STORE_DOMAIN: domain,
  SHOPIFY_API_VERSION: z
    .string()
    .regex(/^(\d{4}-\d{2}|unstable)$/, 'must look like 2026-10')
    .default('2026-10'),
  SHOPIFY_ACCESS_TOKEN: z.string().optional(),
  SHOPIFY_CLIENT_ID: z.string().optional(),
  SHOPIFY_CLIENT_SECRET: z.string().optional(),
  SHOPIFY_WEBHOOK_SECRET: z.string().optional(),
  SHOPIFY_API_ORIGIN: httpOrigin.optional(),
  GOOGLE_APPLICATION_CREDENTIALS: z.string().optional(),
  GOOGLE_CLIENT_ID: z.string().optional(),
  GOOGLE_CLIENT_SECRET: z.string().optional(),
  GOOGLE_REFRESH_TOKEN: z.string().optional(),
  GOOGLE_API_ORIGIN: httpOrigin.optional(),
  GOOGLE_FORM_ID: z.string().optional(),
  GOOGLE_SHEET_ID: z.string().optional(),
  GOOGLE_SHEET_RANGE: z.string().optional(),
  GOOGLE_SHEET_WRITE_BACK: z.literal('off', 'only "off" works in this version').default('off'),
  GOOGLE_PUBSUB_AUDIENCE: z.string().optional(),
  GOOGLE_PUBSUB_SERVICE_ACCOUNT: z
    .string()
    .refine((text) => readEmailAddress(text) === text, 'must be the e-mail address of a service account')
    .optional(),
  POLL_INTERVAL: z
    .string()
    .regex(/^\d+(ms|s|m)$/, 'must be a time such as 30s or 2m')
    .default('30s'),
  INTAKE_WEBHOOK_SECRET: z.string().optional(),
  SMTP_URL: z
    .string()
    .regex(/^smtps?:\/\/[^\s/]+/, 'must be an address such as smtp://user:password@mail.example.com:587')
    .refine(isAddress, 'is no address; write special characters of the password as %XX'),
  MAIL_FROM: z
    .string()
    .refine((text) => readEmailAddress(text) !== null, 'must hold one address, such as Shop <desk@example.com>'),
  MAIL_REPLY_TO: z
    .string()
    .refine((text) => readEmailAddress(text) !== null, 'must hold one address')
    .optional(),
  ...brandFields.shape,
  AUDIT_ANCHOR_FILE: z.string().optional(),
  CHAT_WEBHOOK_URL: z.url({ protocol: /^https?$/, error: 'must be an https address' }).optional(),
  CHAT_WEBHOOK_SECRET: z.string().optional(),
  STAFF_EMAILS: z.string().optional(),
  POLICY_FILE: z.string().optional(),
  DEFAULT_LOCALE: locale.default('en'),
  TIME_ZONE: zone.optional(),
  RETENTION_RAW: retention.default('30d'),
  RETENTION_ORDER: retention.default('90d'),
  RETENTION_PERSONAL: retention.default('400d'),
  METRICS_TOKEN: z.string().min(16, 'must be at least 16 characters').optional(),
  LOG_LEVEL: z
    .enum(
      ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'],
      'must be one of trace, debug, info, warn, error, fatal, silent',
    )
    .default('info'),
  LOG_FORMAT: z.enum(['json', 'pretty'], 'must be json or pretty').default('json'),
});

export function listOf(text: string): string[] {
  return text
    .split(',')
    .map((part) => part.trim())
    .filter(Boolean);
}

/** As Express reads them. A network of everybody would let everybody say who they are. */
function isProxy(text: string): boolean {
  if (['loopback', 'linklocal', 'uniquelocal'].includes(text)) return true;
  const [address = '', bits, ...rest] = text.split('/');
  const most = { 4: 32, 6: 128 }[isIP(address)];
  if (!most || address.includes('%') || rest.length > 0) return false;
  return bits === undefined || (/^[1-9]\d{0,2}$/.test(bits) && Number(bits) <= most);
}

function isLocale(tag: string): boolean {
  try {
    return Intl.getCanonicalLocales(tag).length === 1;
  } catch {
    return false;
  }
}

function isAddress(text: string): boolean {
  try {
    // PostgreSQL's may leave out the host.
    const { username, password } = new URL(text.replace('@/', '@host/'));
    return decodeURIComponent(username + password) !== null;
  } catch {
    return false;
  }
}

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}
