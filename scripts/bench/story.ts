/** The whole story: a response, the mail to staff, their approval, the cancellation, the mail to the customer. */
import { linkIn, openPage, sendForm } from '../../test/support/page.ts';
import { waitFor } from '../../test/support/wait-for.ts';
import { STAFF } from '../service-process.ts';
import type { Bed } from './databases.ts';
import { type Figures, percentile } from './figures.ts';
import { inParallel, residentMb, sendResponses } from './load.ts';
import { FIRST_ORDER, type Running, withServices } from './services.ts';

const WIDTH = 8;
const PATIENCE_MS = 300_000;

export async function measureStories(figures: Figures, bed: Bed, stories: number): Promise<void> {
  for (const workers of bed.kind === 'embedded' ? [0] : [1, 2, 4]) {
    const processes = workers === 0 ? null : { web: 1, workers };
    const how = workers === 0 ? 'one process' : `${workers} ${workers > 1 ? 'workers' : 'worker'}`;
    const where = await bed.fresh();
    await withServices({ where, orders: stories, processes }, (running) =>
      playStories(figures, `${bed.kind}, ${how}`, stories, running),
    );
  }
}

async function playStories(
  figures: Figures,
  how: string,
  stories: number,
  { world, services, origins }: Running,
): Promise<void> {
  const started = Date.now();
  const { sentAt } = await sendResponses(origins, stories, WIDTH, FIRST_ORDER);
  const asking = () => world.inbox.mails.filter(({ to, subject }) => to === STAFF && numberIn(subject) !== null);
  await waitFor('the last staff mail', () => asking().length >= stories, PATIENCE_MS);
  const asked = asking();
  figures.add(`response to staff mail, ${how}`, '/s', stories / ((lastOf(asked) - started) / 1000));
  const since = world.shopify.state.ledger.flatMap((entry) => {
    const sent = sentAt.get(Number(entry.orderName.slice(1)));
    return entry.kind === 'hold' && sent !== undefined ? [entry.at - sent] : [];
  });
  figures.add(`response to held parcel, ${how}: p50`, 'ms', percentile(since, 0.5));

  const decidedAt = new Map<number, number>();
  const decisions = Date.now();
  await inParallel(WIDTH, asked.length, async (i) => {
    const mail = asked[i];
    const number = numberIn(mail?.subject ?? '');
    if (!mail || number === null) return;
    const page = await openPage(linkIn(mail.text, 'd'));
    const answer = await sendForm(page, { decision: 'approve', confirm: String(number) });
    if (!answer.html.includes('approved it')) throw new Error(`#${number}: not taken (HTTP ${answer.status})`);
    decidedAt.set(number, Date.now());
  });
  const telling = () => world.inbox.mails.filter(({ subject }) => /is cancelled/.test(subject));
  await waitFor('the last customer mail', () => telling().length >= stories, PATIENCE_MS);
  const told = telling();
  figures.add(`decision to customer mail, ${how}`, '/s', stories / ((lastOf(told) - decisions) / 1000));
  const latencies = told.flatMap(({ at, subject }) => {
    const decided = decidedAt.get(Number(/#(\d+)/.exec(subject)?.[1]));
    return decided === undefined ? [] : [at - decided];
  });
  figures.add(`decision to customer mail, ${how}: p50`, 'ms', percentile(latencies, 0.5));
  figures.add(`decision to customer mail, ${how}: p99`, 'ms', percentile(latencies, 0.99));
  const cost = (of: 'requestedCost' | 'actualCost') =>
    world.shopify.requests.reduce((sum, request) => sum + (request[of] ?? 0), 0) / stories;
  figures.add(`Shopify points a story, asked for, ${how}`, 'points', cost('requestedCost'));
  figures.add(`Shopify points a story, charged, ${how}`, 'points', cost('actualCost'));
  const largest = Math.max(...services.map(({ pid }) => residentMb(pid)));
  figures.add(`resident after ${stories} stories, ${how}`, 'MB', largest);
}

function numberIn(subject: string): number | null {
  const found = /cancel #(\d+)\?/.exec(subject)?.[1];
  return found === undefined ? null : Number(found);
}

const lastOf = (mails: readonly { readonly at: number }[]) => Math.max(...mails.map(({ at }) => at));
