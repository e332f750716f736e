/** Composition root: the only file that knows every adapter. Built the same way by main, the command line and tests. */
import { fileURLToPath } from 'node:url';
import type { Express } from 'express';
import { createGoogleAuth } from './adapters/google/auth.ts';
import { createFormsSource } from './adapters/google/forms.ts';
import { createSheetsSource } from './adapters/google/sheets.ts';
import { createMailer } from './adapters/mail/smtp.ts';
import { type CostTotals, createShopifyOrders } from './adapters/shopify/orders.ts';
import { openStore } from './adapters/store/store.ts';
import { createRenderer } from './adapters/templates/renderer.ts';
import type { Config } from './config.ts';
import { readEmailAddress } from './domain/email-address.ts';
import type { Clock, ResponseSource } from './ports.ts';
import type { Store } from './records.ts';
import { type Desk, type Log, noOutages, TIMINGS, type Timings } from './steps/desk.ts';
import { createFreshOrder } from './steps/fresh-order.ts';
import { createShopFacts } from './steps/shop-facts.ts';
import { basePathOf, createApp } from './web/app.ts';
import { Bell, startWorker, type Worker } from './worker.ts';

export interface Service {
  readonly desk: Desk;
  readonly app: Express;
  startWorker(): Worker;
  costTotals(): CostTotals;
  close(): Promise<void>;
}

export interface ServiceOptions {
  readonly log: Log;
  readonly now?: Clock;
  readonly timings?: Partial<Timings>;
}

const TEMPLATES = fileURLToPath(new URL('../templates', import.meta.url));

export async function buildService(config: Config, options: ServiceOptions): Promise<Service> {
  const { log } = options;
  const now = options.now ?? Date.now;
  const timings: Timings = { ...TIMINGS, pollInterval: config.pollIntervalMs, ...options.timings };
  const store = await openStore({ databaseUrl: config.databaseUrl, dataDir: config.dataDir });
  await addFirstStaff(store, config.staffEmails, now());
  const { orders, costTotals } = createShopifyOrders({ ...config.shopify, now, log });
  const mailer = createMailer({ smtpUrl: config.mail.smtpUrl, from: config.mail.from, replyTo: config.mail.replyTo });
  const bell = new Bell();
  const shop = createShopFacts(orders, store, now);
  const desk: Desk = {
    store,
    orders,
    mailer,
    renderer: createRenderer({
      folder: TEMPLATES,
      timeZone: await timeZoneOf(config, shop),
      basePath: basePathOf(config.baseUrl),
    }),
    sources: sourcesOf(config, now),
    now,
    log,
    timings,
    baseUrl: config.baseUrl,
    defaultLocale: config.defaultLocale,
    adminOrigin: `https://${config.shopify.storeDomain}`,
    mailDomain: readEmailAddress(config.mail.from)?.split('@')[1] ?? 'cancel-desk.invalid',
    shop,
    freshOrder: createFreshOrder(orders, now),
    outages: noOutages(),
    wake: () => bell.ring(),
  };
  for (const incident of await store.records.incidents.list()) desk.outages.incidentOpen.add(incident.code);
  const app = createApp(desk, {
    webhookSecrets: config.intakeWebhookSecrets,
    styleFile: `${TEMPLATES}/pages/style.css`,
  });
  return {
    desk,
    app,
    costTotals,
    startWorker: () => startWorker(desk, bell),
    async close() {
      mailer.close();
      await store.close();
    },
  };
}

/** Those who have been removed stay removed, whatever STAFF_EMAILS says. */
async function addFirstStaff(store: Store, emails: readonly string[], now: number): Promise<void> {
  for (const email of emails) {
    if (await store.records.staff.get(email)) continue;
    await store.records.staff.put({ email, role: 'decide', active: true }, now);
  }
}

function sourcesOf(config: Config, now: Clock): ResponseSource[] {
  const { formId, sheetId, sheetRange, apiOrigin, auth: settings } = config.google;
  if (!formId && !sheetId) return [];
  const auth = createGoogleAuth(settings, apiOrigin);
  return [
    ...(formId ? [createFormsSource({ formId, auth, apiOrigin, now })] : []),
    ...(sheetId ? [createSheetsSource({ spreadsheetId: sheetId, range: sheetRange, auth, apiOrigin, now })] : []),
  ];
}

/** The shop's own zone needs Shopify; a start without it must work all the same. */
async function timeZoneOf(config: Config, shop: () => Promise<{ ianaTimezone: string }>): Promise<string> {
  if (config.timeZone) return config.timeZone;
  try {
    return (await shop()).ianaTimezone;
  } catch {
    return 'UTC';
  }
}
