/** The shop: its orders, its cancel jobs and the ledger of everything that was done to it. */
import type { EffectKind, LedgerEntry } from '../ledger.ts';
import { type CancelArguments, type CancelJob, CancelJobs, type JobFault } from './cancel-jobs.ts';
import { makeOrder, type OrderSpec } from './make-order.ts';
import { isCapturable, refundableOf, type ShopFulfillment, type ShopOrder, sumOf, takenFrom } from './shop-order.ts';

export type { LedgerEntry } from '../ledger.ts';

export interface ShopStateOptions {
  readonly now: () => number;
  readonly jobMs: number;
  readonly slowJobMs: number;
  readonly orders: readonly ShopOrder[];
}

export class ShopState {
  readonly now: () => number;
  /** Shopify reads a release and says no. */
  refusesReleases = false;
  /** The shop's setting that archives what is done with. */
  archivesByItself = true;
  /** By code. */
  readonly discounts = new Map<string, object>();
  readonly #jobs: CancelJobs;
  readonly #orders = new Map<string, ShopOrder>();
  readonly #ledger: LedgerEntry[] = [];
  #sequence = 9_000_000_000_000;

  constructor(options: ShopStateOptions) {
    this.now = options.now;
    for (const order of options.orders) this.#orders.set(order.id, order);
    this.#jobs = new CancelJobs({
      now: options.now,
      jobMs: options.jobMs,
      slowJobMs: options.slowJobMs,
      nextId: (type) => this.nextId(type),
      find: (orderId) => this.#must(orderId),
      cancel: (order, args, refundFails) => this.#cancel(order, args, refundFails),
      refundRest: (order) => this.refund(order, refundableOf(order)),
    });
  }

  // ── Looking. Due jobs come first: a judge must not miss what is done but for somebody to look ──

  get ledger(): readonly LedgerEntry[] {
    this.settle();
    return this.#ledger;
  }

  /** By id. */
  get orders(): ReadonlyMap<string, ShopOrder> {
    this.settle();
    return this.#orders;
  }

  /** "#1001" */
  order(name: string): ShopOrder {
    const order = [...this.orders.values()].find((one) => one.name === name);
    if (!order) throw new Error(`The world's shop has no order ${name}`);
    return order;
  }

  findJob(id: string): CancelJob | undefined {
    this.settle();
    return this.#jobs.find(id);
  }

  isBeingCancelled(orderId: string): boolean {
    this.settle();
    return this.#jobs.isRunningFor(orderId);
  }

  /** Does the work of every job that is due. */
  settle(): void {
    this.#jobs.settle();
  }

  // ── What the API does ──

  startCancel(args: CancelArguments, fault: JobFault | null): CancelJob {
    return this.#jobs.start(args, fault);
  }

  #cancel(order: ShopOrder, args: CancelArguments, refundFails: boolean): void {
    order.cancelledAt = this.now();
    order.cancelReason = args.reason;
    order.staffNote = args.staffNote;
    order.closed = this.archivesByItself;
    this.record(order, 'cancel', { staffNote: args.staffNote });
    // An authorization is voided whatever the refund method says.
    if (isCapturable(order)) this.#void(order);
    else if (takenFrom(order) === 0) order.displayFinancialStatus = 'VOIDED';
    const left = refundableOf(order);
    if (args.refund && left > 0) this.refund(order, left, refundFails ? 'FAILURE' : 'SUCCESS');
    if (args.storeCredit && left > 0) this.refund(order, left, 'SUCCESS', 'shopify_store_credit');
    // An unpaid order at a deactivated location is cancelled without restocking; a paid one fails in the job.
    if (args.restock && order.locationActive) this.record(order, 'restock');
    if (args.notifyCustomer) this.record(order, 'notify');
    for (const line of order.lines) [line.currentQuantity, line.unfulfilledQuantity] = [0, 0];
    for (const one of order.fulfillmentOrders) [one.status, one.requestStatus, one.holds] = ['CLOSED', 'CLOSED', []];
  }

  #void(order: ShopOrder): void {
    const amount = sumOf(order, 'AUTHORIZATION');
    order.transactions.push({
      id: this.nextId('OrderTransaction'),
      kind: 'VOID',
      status: 'SUCCESS',
      gateway: gatewayOf(order),
      amount,
    });
    order.displayFinancialStatus = 'VOIDED';
    this.record(order, 'void', { amount });
  }

  /** Gives back as much, and returns the refund's id. */
  refund(
    order: ShopOrder,
    amount: number,
    status: 'SUCCESS' | 'FAILURE' = 'SUCCESS',
    gateway = gatewayOf(order),
  ): string {
    const id = this.nextId('Refund');
    order.refunds.push({ id, amount, at: this.now() });
    if (amount === 0) return id;
    order.transactions.push({
      id: this.nextId('OrderTransaction'),
      kind: 'REFUND',
      status,
      gateway,
      amount,
    });
    const kind = gateway === 'shopify_store_credit' ? 'store_credit' : 'refund';
    this.record(order, status === 'SUCCESS' ? kind : 'refund_failed', { amount });
    if (status === 'SUCCESS') {
      order.displayFinancialStatus = refundableOf(order) > 0 ? 'PARTIALLY_REFUNDED' : 'REFUNDED';
    }
    return id;
  }

  record(order: ShopOrder, kind: EffectKind, more: Partial<LedgerEntry> = {}): void {
    const { id, name, currencyCode } = order;
    const money = more.amount === undefined ? {} : { currencyCode };
    this.#ledger.push({ at: this.now(), kind, orderId: id, orderName: name, ...money, ...more });
  }

  remove(order: ShopOrder): void {
    this.record(order, 'delete');
    this.#orders.delete(order.id);
  }

  nextId(type: string): string {
    this.#sequence += 1;
    return `gid://shopify/${type}/${this.#sequence}`;
  }

  // ── What somebody in the admin does, behind the service's back ──

  /** An order like the seeded ones, under the next free number. */
  addOrder(spec: OrderSpec = {}): ShopOrder {
    const number = Math.max(1000, ...[...this.#orders.values()].map((order) => order.number)) + 1;
    const order = makeOrder(number, this.now(), { ageMs: 0, ...spec });
    this.#orders.set(order.id, order);
    return order;
  }

  cancelByHand(name: string, note: string | null = 'cancelled in the admin'): void {
    const order = this.order(name);
    if (order.cancelledAt !== null) throw new Error(`Order ${name} is cancelled already`);
    this.record(order, 'by_hand');
    this.#cancel(
      order,
      { orderId: order.id, reason: 'STAFF', restock: true, notifyCustomer: true, refund: true, staffNote: note },
      false,
    );
  }

  fulfilByHand(name: string, displayStatus: ShopFulfillment['displayStatus'] = 'IN_TRANSIT'): void {
    const order = this.order(name);
    order.fulfillments.push({ id: this.nextId('Fulfillment'), status: 'SUCCESS', displayStatus, at: this.now() });
    for (const line of order.lines) line.unfulfilledQuantity = 0;
    for (const one of order.fulfillmentOrders) one.status = 'CLOSED';
    order.displayFulfillmentStatus = 'FULFILLED';
    this.record(order, 'by_hand');
  }

  /** The label is not used; its fulfilment goes, and the items can be shipped anew. */
  voidLabelByHand(name: string): void {
    const order = this.order(name);
    for (const one of order.fulfillments) [one.status, one.displayStatus] = ['CANCELLED', 'LABEL_VOIDED'];
    for (const line of order.lines) line.unfulfilledQuantity = line.currentQuantity;
    for (const one of order.fulfillmentOrders) [one.status, one.requestStatus] = ['OPEN', 'UNSUBMITTED'];
    order.displayFulfillmentStatus = 'UNFULFILLED';
    this.record(order, 'by_hand');
  }

  /** A payment that was pending is in, or came to nothing. */
  settlePaymentByHand(name: string, paid: boolean): void {
    const order = this.order(name);
    for (const one of order.transactions) if (one.status === 'PENDING') one.status = paid ? 'SUCCESS' : 'FAILURE';
    if (paid) order.displayFinancialStatus = 'PAID';
    this.record(order, 'by_hand');
  }

  /** Somebody in the admin, or another app, holds the parcel too. */
  holdByHand(name: string, handle = ''): void {
    const order = this.order(name);
    for (const one of order.fulfillmentOrders) {
      one.holds.push({ id: this.nextId('FulfillmentHold'), handle, reason: 'OTHER', reasonNotes: null, ours: false });
      one.status = 'ON_HOLD';
    }
    this.record(order, 'by_hand');
  }

  /** What the fulfilment service says to a cancellation request. */
  answerAsWarehouse(name: string, accepts: boolean): void {
    const order = this.order(name);
    for (const one of order.fulfillmentOrders) {
      if (one.requestStatus !== 'CANCELLATION_REQUESTED') continue;
      one.requestStatus = accepts ? 'CANCELLATION_ACCEPTED' : 'CANCELLATION_REJECTED';
      if (accepts) one.status = 'OPEN';
    }
    if (accepts) order.displayFulfillmentStatus = 'UNFULFILLED';
    this.record(order, 'by_hand');
  }

  refundByHand(name: string, amount: number): void {
    this.refund(this.order(name), amount);
  }

  /** One piece less, as an edit in the admin does. */
  editByHand(name: string): void {
    const order = this.order(name);
    const [line] = order.lines;
    if (line) {
      line.currentQuantity -= 1;
      line.unfulfilledQuantity -= 1;
    }
    order.edited = true;
    this.record(order, 'by_hand');
  }

  #must(id: string): ShopOrder {
    const order = this.#orders.get(id);
    if (!order) throw new Error(`The world's shop has no order ${id}`);
    return order;
  }
}

function gatewayOf(order: ShopOrder): string {
  return order.gatewayNames[0] ?? 'manual';
}
