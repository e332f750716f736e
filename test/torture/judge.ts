/** What must hold whatever happened. The world's ledger and inbox judge; our own tables only say where each request is. */
import { openStore } from '../../src/adapters/store/store.ts';
import type { CancellationRequest } from '../../src/domain/cancellation-request.ts';
import { isEnded } from '../../src/domain/lifecycle.ts';
import type { Store } from '../../src/records/store.ts';
import { takenFrom } from '../world/shopify/shop-order.ts';
import type { Rig } from './rig.ts';

export interface Verdict {
  readonly responses: number;
  readonly cancelled: number;
  readonly refunded: number;
  readonly told: number;
  readonly mailsTwice: number;
  /** Requests that wait for a person, who has a mail about it. */
  readonly withStaff: number;
  readonly violations: string[];
}

export interface JudgeOptions {
  /** Every response ends in a cancelled order whose customer was told. */
  readonly allCancelled: boolean;
  /** Somebody in the admin may have given money back too. */
  readonly byHand?: boolean;
  /** Mails are kept back by the policy's limits: staff have a list instead. */
  readonly isListed?: boolean;
}

export async function judge(
  rig: Rig,
  { allCancelled, byHand = false, isListed = false }: JudgeOptions,
): Promise<Verdict> {
  const { world } = rig;
  const violations = [...rig.lies];
  const { ledger } = world.shopify.state;
  const cancels = countBy(ledger.filter(({ kind }) => kind === 'cancel').map(({ orderName }) => orderName));
  const refunds = countBy(
    ledger.filter(({ kind }) => kind === 'refund' || kind === 'store_credit').map(({ orderName }) => orderName),
  );
  for (const [name, count] of cancels) if (count > 1) violations.push(`${name} was cancelled ${count} times`);
  for (const [name, count] of refunds) {
    if (count > 1 && !byHand) violations.push(`${name} was paid back ${count} times`);
  }
  violations.push(...overpaid(rig));
  const { requests, open } = await lookForLost(rig, violations, isListed);
  let told = 0;
  let mailsTwice = 0;
  for (const name of cancels.keys()) {
    const ids = rig.told(Number(name.slice(1)));
    if (ids.size > 0) told += 1;
    // Two mails of one Message-ID count as one: mail programs show it once.
    if (ids.size > 1) mailsTwice += 1;
    if (ids.size === 0 && allCancelled) violations.push(`the customer of ${name} was not told`);
  }
  if (mailsTwice > 0) violations.push(`${mailsTwice} customers were told in two different mails`);
  if (allCancelled) {
    const others = requests.filter(({ status }) => status !== 'cancelled' && status !== 'duplicate');
    for (const { ref, status } of others) violations.push(`${ref} ended as ${status}`);
    if (cancels.size !== refunds.size) violations.push(`${cancels.size} cancelled, ${refunds.size} paid back`);
  }
  return {
    responses: world.google.form.responses.length,
    cancelled: cancels.size,
    refunded: refunds.size,
    told,
    mailsTwice,
    withStaff: open.length,
    violations,
  };
}

/** More money back than was paid. */
function overpaid({ world }: Rig): string[] {
  const { orders, ledger } = world.shopify.state;
  return [...orders.values()].flatMap((order) => {
    const back = ledger
      .filter((one) => one.orderId === order.id && (one.kind === 'refund' || one.kind === 'store_credit'))
      .reduce((sum, one) => sum + (one.amount ?? 0), 0);
    return back > takenFrom(order) ? [`${order.name}: ${back} went back of ${takenFrom(order)}`] : [];
  });
}

/** Every response is in one request, or in others that were joined to it, and every open request before somebody's eyes. */
async function lookForLost(rig: Rig, violations: string[], isListed = false) {
  const { requestsOf, requests } = await readStore(rig);
  for (const { responseId } of rig.world.google.form.responses) {
    const found = requestsOf.get(responseId)?.size ?? 0;
    if (found !== 1) violations.push(`response ${responseId} is in ${found} requests`);
  }
  const open = requests.filter((request) => !isEnded(request.status));
  for (const request of open)
    if (!isListed && !isVisible(rig, request)) violations.push(`${request.ref}: ${request.status}, nobody told`);
  return { requests, open };
}

/** What has to stand in the ledger of an order, and how often at most, by how its request was decided. */
const WAYS = {
  part: { does: 'refund', ends: 'part_cancelled' },
  change: { does: 'edit', ends: 'changed' },
  return: { does: 'return', ends: 'return_opened' },
  offer: { does: 'discount', ends: 'withdrawn' },
} as const;

export type Way = keyof typeof WAYS;
export const WAY_NAMES = Object.keys(WAYS) as Way[];

/** Of stories that end otherwise than in a cancellation. @param ways by the order's number */
export async function judgeWays(rig: Rig, ways: ReadonlyMap<number, Way>): Promise<Verdict> {
  const { ledger, discounts } = rig.world.shopify.state;
  const violations = [...rig.lies, ...overpaid(rig)];
  const { requests, open } = await lookForLost(rig, violations);
  let told = 0;
  let refunded = 0;
  let mailsTwice = 0;
  for (const [number, way] of ways) {
    const name = `#${number}`;
    const times = (kind: string) => ledger.filter((one) => one.orderName === name && one.kind === kind).length;
    const { does, ends } = WAYS[way];
    const request = requests.find(({ orderName }) => orderName === name);
    const done = way === 'offer' ? Number(discounts.has(`KEEP-${request?.ref}`)) : times(does);
    if (done !== 1) violations.push(`${name}: ${does} was done ${done} times`);
    if (times('cancel') > 0) violations.push(`${name} was cancelled`);
    if (way !== 'part' && times('refund') > 0) violations.push(`${name} was paid back`);
    if (request?.status !== ends) violations.push(`${name} ended as ${request?.status}`);
    refunded += Number(times('refund') > 0);
    const ids = rig.told(number).size;
    if (ids === 0) violations.push(`the customer of ${name} was not told`);
    if (ids > 1) mailsTwice += 1;
    told += Number(ids > 0);
  }
  if (mailsTwice > 0) violations.push(`${mailsTwice} customers were told in two different mails`);
  const responses = rig.world.google.form.responses.length;
  return { responses, cancelled: 0, refunded, told, mailsTwice, withStaff: open.length, violations };
}

function countBy(names: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return counts;
}

const PERSON: readonly CancellationRequest['status'][] = ['needs_match', 'awaiting_decision', 'failed', 'waiting'];

/** Somebody has a mail about it: staff who can decide, or the customer who was asked. */
function isVisible({ world }: Rig, { ref, status }: CancellationRequest): boolean {
  const to = PERSON.includes(status) ? /^sam@/ : status === 'needs_customer' ? /@customer\.example$/ : null;
  return to !== null && world.inbox.mails.some((mail) => to.test(mail.to) && mail.subject.includes(ref));
}

/** Looks into the database as somebody beside the service would. */
export async function withStore<T>(rig: Rig, look: (store: Store) => Promise<T>): Promise<T> {
  const store = await openStore({ databaseUrl: rig.databaseUrl, dataDir: rig.dataDir });
  return look(store).finally(() => store.close());
}

function readStore(rig: Rig) {
  return withStore(rig, async ({ records }) => {
    const requests: CancellationRequest[] = [];
    const requestsOf = new Map<string, Set<string>>();
    for await (const request of records.requests.since(0)) {
      requests.push(request);
      for (const { source, externalId } of await records.responses.byRequest(request.id)) {
        // Its rows have no ids.
        if (source === 'sheets') continue;
        const { id, duplicateOf } = request;
        requestsOf.set(externalId, (requestsOf.get(externalId) ?? new Set()).add(duplicateOf ?? id));
      }
    }
    return { requests, requestsOf };
  });
}
