import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ConfigError, readConfig } from '../src/config.ts';
import { LANGUAGES } from '../src/config-brand.ts';
import { temporaryFolder } from './support/stores.ts';

const GOOD = {
  BASE_URL: 'https://desk.example.com/',
  SHOPIFY_STORE_DOMAIN: 'pine-and-loom.myshopify.com',
  SHOPIFY_ACCESS_TOKEN: 'shpat_x',
  GOOGLE_FORM_ID: 'form',
  SMTP_URL: 'smtp://127.0.0.1:25',
  MAIL_FROM: 'Pine & Loom <desk@pine-and-loom.example>',
  STAFF_EMAILS: 'Sam@pine-and-loom.example, sue@pine-and-loom.example',
};

function faultsOf(env: Record<string, string>): readonly string[] {
  try {
    readConfig(env);
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.faults;
    throw error;
  }
}

describe('readConfig', () => {
  it('reads what is there and fills in the rest', () => {
    expect(readConfig(GOOD)).toMatchObject({
      baseUrl: 'https://desk.example.com',
      host: '127.0.0.1',
      port: 8080,
      pollIntervalMs: 30_000,
      shopify: { apiVersion: '2026-10', apiOrigin: null },
      staffEmails: ['sam@pine-and-loom.example', 'sue@pine-and-loom.example'],
      defaultLocale: 'en',
    });
  });

  it.each([
    ['', ['loopback']],
    ['10.0.0.0/8, 2001:db8::/32,uniquelocal', ['10.0.0.0/8', '2001:db8::/32', 'uniquelocal']],
  ])('trusts the proxies %j', (text, proxies) => {
    expect(readConfig({ ...GOOD, TRUSTED_PROXIES: text }).trustedProxies).toEqual(proxies);
  });

  it.each(['true', '1', '*', '0.0.0.0/0', '::/0', '10.0.0.0/33', '10.0.0.0/8/8', 'proxy.example', 'fe80::1%eth0/64'])(
    'trusts no proxies like %s',
    (text) => {
      expect(faultsOf({ ...GOOD, TRUSTED_PROXIES: text })).toEqual([
        expect.stringMatching(/^TRUSTED_PROXIES: must be/),
      ]);
    },
  );

  it('names every fault at once', () => {
    const faults = faultsOf({
      BASE_URL: 'desk',
      PORT: 'eighty',
      DATABASE_URL: 'mysql://x',
      SHOPIFY_STORE_DOMAIN: 'shop.example',
      SHOPIFY_CLIENT_ID: 'only half',
      GOOGLE_CLIENT_ID: 'only a third',
      POLL_INTERVAL: 'often',
      STAFF_EMAILS: 'sam, sue@pine-and-loom.example',
      TIME_ZONE: 'Mars/Base',
      LOG_LEVEL: 'loud',
      GOOGLE_SHEET_WRITE_BACK: 'on',
    });
    const names = faults.map((fault) => fault.split(':')[0]);
    for (const name of [
      'BASE_URL',
      'PORT',
      'DATABASE_URL',
      'SHOPIFY_STORE_DOMAIN',
      'SHOPIFY_CLIENT_SECRET',
      'GOOGLE_CLIENT_SECRET',
      'GOOGLE_REFRESH_TOKEN',
      'GOOGLE_FORM_ID',
      'POLL_INTERVAL',
      'SMTP_URL',
      'MAIL_FROM',
      'STAFF_EMAILS',
      'TIME_ZONE',
      'LOG_LEVEL',
      'GOOGLE_SHEET_WRITE_BACK',
    ]) {
      expect(names).toContain(name);
    }
    expect(faults).toContain('SMTP_URL: is missing');
  });

  it('never repeats a secret in a fault', () => {
    const faults = faultsOf({
      ...GOOD,
      MAIL_REPLY_TO: 'short-secret',
      INTAKE_WEBHOOK_SECRET: 'tiny',
      SMTP_URL: 'http://sam:sekrit@x',
    });
    expect(faults.join('\n')).not.toMatch(/short-secret|tiny|sekrit/);
    expect(faults).toHaveLength(3);
  });

  it.each([
    [{ CHAT_WEBHOOK_URL: 'http://chat.example/x', CHAT_WEBHOOK_SECRET: 'x'.repeat(24) }, 'must be an https address'],
    [{ CHAT_WEBHOOK_URL: 'https://chat.example/x' }, 'CHAT_WEBHOOK_SECRET: is missing'],
    [{ CHAT_WEBHOOK_URL: 'https://chat.example/x', CHAT_WEBHOOK_SECRET: 'tiny' }, 'at least 24 characters'],
    [{ CHAT_WEBHOOK_SECRET: 'x'.repeat(24) }, 'CHAT_WEBHOOK_URL: is missing'],
  ])('refuses a chat that could not be trusted: %o', (chat, fault) => {
    expect(faultsOf({ ...GOOD, ...chat }).join('\n')).toContain(fault);
  });

  it('takes a chat of Slack without a secret', () => {
    expect(faultsOf({ ...GOOD, CHAT_WEBHOOK_URL: 'https://hooks.slack.com/services/T0/B0/x' })).toEqual([]);
  });

  it('reads what the shop says in each language, with one text for the others, or none', () => {
    const read = (env: Record<string, string>) => readConfig({ ...GOOD, ...env }).brand;
    const texts = { BRAND_SIGN_OFF: 'The team', BRAND_SIGN_OFF_FI: 'Tiimi' };
    expect(read(texts).signOff).toMatchObject({ en: 'The team', fi: 'Tiimi', de: 'The team' });
    expect(read({ BRAND_SIGN_OFF_FI: 'Tiimi' }).signOff).toMatchObject({ en: '', fi: 'Tiimi', de: '' });
    expect(read({ RETURNS_URL_DE: 'https://shop.example/de/retoure' }).returnsUrl).toMatchObject({
      de: 'https://shop.example/de/retoure',
      en: '',
    });
    expect(read({})).toMatchObject({ signOff: null, returnsUrl: null });
    expect(faultsOf({ ...GOOD, RETURNS_URL_SV: 'http://shop.example' })).toEqual([
      'RETURNS_URL_SV: must be an https address',
    ]);
  });

  it('knows the languages that there are sentences in', () => {
    const files = readdirSync(new URL('../templates/locales', import.meta.url));
    expect([...LANGUAGES].sort()).toEqual(files.map((file) => file.replace('.json', '')).sort());
  });

  it('reads a secret from a file, and takes an empty value as absent', () => {
    const file = join(temporaryFolder(), 'token');
    writeFileSync(file, 'shpat_from_file\n');
    const config = readConfig({ ...GOOD, SHOPIFY_ACCESS_TOKEN: '', SHOPIFY_ACCESS_TOKEN_FILE: file });
    expect(config.shopify.auth).toEqual({ kind: 'token', accessToken: 'shpat_from_file' });
    expect(faultsOf({ ...GOOD, SHOPIFY_ACCESS_TOKEN: '', SHOPIFY_ACCESS_TOKEN_FILE: '/nowhere' })[0]).toBe(
      "SHOPIFY_ACCESS_TOKEN_FILE: can't read the file that it names (ENOENT)",
    );
  });
});
