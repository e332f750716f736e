/** Composition root: the only file that knows every adapter. Built the same way by main, the command line and tests. */

import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Express } from 'express';
import { headFile } from './adapters/audit/anchor-file.ts';
import { createChat } from './adapters/chat/chat-webhook.ts';
import { createPushTokens } from './adapters/google/push-token.ts';
import { createMailer } from './adapters/mail/smtp.ts';
import { openPolicyFile } from './adapters/policy/policy-file.ts';
import { type CostTotals, createShopifyOrders } from './adapters/shopify/orders.ts';
import { createSharedPacer } from './adapters/shopify/shared-pacer.ts';
import { type MachineClocks, openDatabaseClock } from './adapters/store/database-clock.ts';
import { openStore } from './adapters/store/store.ts';
import { brandStyle } from './adapters/templates/brand-style.ts';
import { createRenderer } from './adapters/templates/renderer.ts';
import type { Config } from './config.ts';
import { readEmailAddress } from './domain/email-address.ts';
import type { Clock, Policies, ResponseSource, Shop } from './ports.ts';
import type { Store } from './records/store.ts';
import { noticePutBack, resumeAfterRestore } from './steps/after-restore.ts';
import { noteBeginning, PUSHED } from './steps/beginnings.ts';
import { type Desk, type Log, noOutages, TIMINGS, type Timings } from './steps/desk.ts';
import { createFreshOrder } from './steps/fresh-order.ts';
import { oweIncidentMails } from './steps/owe-mail.ts';
import { sourceName } from './steps/poll-source.ts';
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
  /** Opens also with a policy file that can't be used, see policy-file.ts. */
  readonly lenient?: boolean;
  /** Believed whatever the database's clock says: for tests that travel in time. */
  readonly now?: Clock;
  /** The machine's clocks, corrected by the database's on PostgreSQL. */
  readonly machine?: MachineClocks;
  readonly timings?: Partial<Timings>;
  /** For tests, which don't compile the same templates each anew. */
  readonly makeRenderer?: typeof createRenderer;
}

const TEMPLATES = fileURLToPath(new URL('../templates', import.meta.url));

export async function buildService(config: Config, options: ServiceOptions): Promise<Service> {
  const { log } = options;
  const timings: Timings = { ...TIMINGS, pollInterval: config.pollIntervalMs, ...options.timings };
  const store = await openStore({ databaseUrl: config.databaseUrl, dataDir: config.dataDir });
  const clock = store.readTime && !options.now ? await openDatabaseClock(store.readTime, options.machine) : null;
  const now = options.now ?? clock?.now ?? options.machine?.wall ?? Date.now;
  const heads = headFile(config.auditAnchorFile);
  await noticePutBack(store, heads, log, { locale: config.defaultLocale, now: now() });
  const restoredAt = await resumeAfterRestore(store, log, now());
  await addFirstStaff(store, config.staffEmails, now());
  const bucket = store.sharedBucket(config.shopify.storeDomain);
  const pacer = bucket ? { pacer: createSharedPacer(bucket, now, (ms) => delay(ms)) } : {};
  const { orders, costTotals } = createShopifyOrders({ ...config.shopify, now, log, ...pacer });
  const mailer = createMailer({ smtpUrl: config.mail.smtpUrl, from: config.mail.from, replyTo: config.mail.replyTo });
  const policies = await openPolicies(config, store, { log, now, lenient: options.lenient ?? false }).catch(
    async (error: unknown) => {
      await store.close();
      throw error;
    },
  );
  const bell = new Bell();
  const shop = createShopFacts(orders, store, now);
  const { timeZone, country } = await placeOf(config, shop);
  const desk: Desk = {
    store,
    orders,
    mailer,
    chat: config.chat && createChat(config.chat, now),
    renderer: (options.makeRenderer ?? createRenderer)({
      folder: TEMPLATES,
      timeZone,
      country,
      basePath: basePathOf(config.baseUrl),
      brand: config.brand,
    }),
    sources: await sourcesOf(config, now),
    policies,
    now,
    log,
    timings,
    baseUrl: config.baseUrl,
    defaultLocale: config.defaultLocale,
    brandName: config.brand.name,
    timeZone,
    adminOrigin: `https://${config.shopify.storeDomain}`,
    mailDomain: readEmailAddress(config.mail.from)?.split('@')[1] ?? 'cancel-desk.invalid',
    shop,
    freshOrder: createFreshOrder(orders, now),
    outages: noOutages(),
    shopifyAnswers: () => costTotals().answered,
    restoredAt,
    began: new Map(),
    mailTally: { sent: 0, failed: 0 },
    clock: { last: null },
    anchors: { day: null, sealAt: 0, tryAt: 0, file: heads },
    retention: config.retention,
    housekeeping: { nextAt: 0, letGoAt: 0 },
    wake: () => bell.ring(),
  };
  // The command line looks at a database before the service that it is for has begun.
  if (!options.lenient) {
    for (const name of [PUSHED, ...desk.sources.map(sourceName)]) await noteBeginning(desk, name);
  }
  const app = createApp(desk, {
    trustedProxies: config.trustedProxies,
    webhookSecrets: config.intakeWebhookSecrets,
    shopifyWebhookSecrets: config.shopify.webhookSecrets,
    // Loaded when the first one comes.
    readBounces: async (raw) => (await import('./adapters/mail/read-bounces.ts')).readBounces(raw),
    pushTokens: config.google.push && createPushTokens(config.google.push, config.google.apiOrigin),
    styleFile: `${TEMPLATES}/pages/style.css`,
    brandStyle: brandStyle(config.brand.color),
    logo: config.brand.logo,
    metrics: { token: config.metricsToken, shopifyCost: costTotals },
  });
  return {
    desk,
    app,
    costTotals,
    startWorker: () => startWorker(desk, bell),
    async close() {
      clock?.stop();
      mailer.close();
      await store.close();
    },
  };
}

const BAD_POLICY = 'policy_invalid';
const IN_FORCE = 'policy in force';

async function openPolicies(
  config: Config,
  store: Store,
  { log, now, lenient }: { readonly log: Log; readonly now: Clock; readonly lenient: boolean },
): Promise<Policies> {
  const { policies, incidents, settings } = store.records;
  const opened = await openPolicyFile({
    ...config.policy,
    now,
    lenient,
    async keep(version, text) {
      await policies.put(version, text, now());
      await settings.put(IN_FORCE, version);
    },
    lastInForce: () => settings.get(IN_FORCE),
    kept: (version) => policies.text(version),
    async onFaults(faults) {
      if (faults === null) {
        log.info({}, 'the policy file is good again and in force');
        await incidents.close(BAD_POLICY);
        return;
      }
      log.error({ faults }, 'the policy file is not usable: the last good one stays in force');
      const detail = faults.join('\n');
      await store.transaction(async (records) => {
        if (!(await records.incidents.open(BAD_POLICY, detail, now()))) return;
        await oweIncidentMails(records, BAD_POLICY, config.defaultLocale, now());
        await records.incidents.markTold(BAD_POLICY, now());
      });
    },
  });
  // A file that was mended while the service was away.
  if (!lenient) await incidents.close(BAD_POLICY);
  return opened;
}

/** Those who have been removed stay removed, whatever STAFF_EMAILS says. */
async function addFirstStaff(store: Store, emails: readonly string[], now: number): Promise<void> {
  for (const email of emails) {
    if (await store.records.staff.get(email)) continue;
    await store.records.staff.put({ email, role: 'operate', active: true, awayUntil: null, standIn: null }, now);
  }
}

/** Google's client is large: it is only loaded where there is a form or a sheet. */
async function sourcesOf(config: Config, now: Clock): Promise<ResponseSource[]> {
  const { formId, sheetId, sheetRange, apiOrigin, auth: settings } = config.google;
  if (!formId && !sheetId) return [];
  const { createGoogleAuth } = await import('./adapters/google/auth.ts');
  const auth = createGoogleAuth(settings, apiOrigin);
  const sources: ResponseSource[] = [];
  if (formId) {
    const { createFormsSource } = await import('./adapters/google/forms.ts');
    sources.push(createFormsSource({ formId, auth, apiOrigin, now }));
  }
  if (sheetId) {
    const { createSheetsSource } = await import('./adapters/google/sheets.ts');
    sources.push(createSheetsSource({ spreadsheetId: sheetId, range: sheetRange, auth, apiOrigin, now }));
  }
  return sources;
}

/** Where the shop is, Shopify knows; a start without it must work all the same. */
async function placeOf(
  { timeZone }: Config,
  shop: () => Promise<Shop>,
): Promise<{ timeZone: string; country: string | null }> {
  try {
    const { ianaTimezone, countryCode } = await shop();
    return { timeZone: timeZone ?? ianaTimezone, country: countryCode };
  } catch {
    return { timeZone: timeZone ?? 'UTC', country: null };
  }
}
