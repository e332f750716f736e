/** The Orders port over the Admin API. */
import type { OrderCandidate } from '../../domain/order.ts';
import { OutsideError } from '../../domain/outside-error.ts';
import type { SearchTerm } from '../../domain/search-terms.ts';
import type { CancelArguments, MutationAnswer, Orders, UserError } from '../../ports.ts';
import { type CostTotals, createShopifyClient, type ShopifySettings } from './client.ts';
import { toDiscountInput } from './discount-input.ts';
import { ChangeAddress } from './edit-operations.ts';
import { editLines, previewEdit } from './order-edit.ts';
import { toAddressInput, toCandidate, toFulfillmentOrder } from './order-mapping.ts';
import {
  ArchiveOrder,
  CancelOrder,
  CreateDiscount,
  DeleteOrder,
  OpenReturn,
  RefundOrder,
  TagOrder,
} from './order-mutations.ts';
import { FindOrders, FindVariant, ReturnableLines, ShopFacts, SuggestRefund } from './order-queries.ts';
import { AskFulfillmentService, HoldFulfillmentOrder, HoldsOfOrder, ReleaseHolds } from './parcel-operations.ts';
import { readOrder, readOrderAgain, readProgress } from './read-order.ts';
import { toLineInputs, toRefundInput } from './refund-input.ts';

export type { CostTotals } from './client.ts';

/** Terms in one search: keeps the query short and its cost, which grows with `first`, low. */
const TERMS_A_SEARCH = 40;
/** A search for a name finds longer ones too ("#1001" and "#1001-A"). */
const SLACK = 10;

export function createShopifyOrders(settings: ShopifySettings): { orders: Orders; costTotals: () => CostTotals } {
  const client = createShopifyClient(settings);

  /** A page that comes full may have left out what was meant: then fewer are asked for at a time. */
  async function findAny(terms: readonly string[]): Promise<OrderCandidate[]> {
    const first = terms.length + SLACK;
    const { orders: page } = await client.request(FindOrders, { search: terms.join(' OR '), first });
    if (page.nodes.length < first || terms.length === 1) return page.nodes.map(toCandidate);
    const half = Math.ceil(terms.length / 2);
    return [...(await findAny(terms.slice(0, half))), ...(await findAny(terms.slice(half)))];
  }

  const orders: Orders = {
    async shop() {
      const { shop, currentAppInstallation } = await client.request(ShopFacts, {});
      const { shopAddress, ...facts } = shop;
      const grantedScopes = currentAppInstallation.accessScopes.map((scope) => scope.handle);
      return { ...facts, countryCode: shopAddress.countryCodeV2 ?? null, grantedScopes };
    },

    async find(wanted) {
      const terms = wanted.map(({ field, value }) => searchTerm(field, value)).filter((term) => term !== null);
      const found = [];
      for (let start = 0; start < terms.length; start += TERMS_A_SEARCH) {
        found.push(...(await findAny(terms.slice(start, start + TERMS_A_SEARCH))));
      }
      return found;
    },

    async newest(limit) {
      const { orders: page } = await client.request(FindOrders, { search: 'status:any', first: limit });
      return page.nodes.map(toCandidate);
    },

    read: (orderId) => readOrder(client, orderId),

    readAgain: (known) => readOrderAgain(client, known),

    async cancel(args) {
      const { orderCancel } = await client.request(CancelOrder, toVariables(args));
      const errors = orderCancel?.orderCancelUserErrors ?? [];
      if (errors.length > 0) return { kind: 'refused', errors };
      return { kind: 'accepted', jobResultId: orderCancel?.jobResult?.id ?? null };
    },

    readCancelProgress: (orderId, jobResultId, known) => readProgress(client, orderId, jobResultId, known),

    async fulfillmentOrders(orderId) {
      const { order } = await client.request(HoldsOfOrder, { id: orderId });
      return order?.fulfillmentOrders.nodes.map(toFulfillmentOrder) ?? null;
    },

    async hold(id, handle, notes) {
      const hold = { reason: 'OTHER' as const, reasonNotes: notes, handle, notifyMerchant: false };
      const { fulfillmentOrderHold } = await client.request(HoldFulfillmentOrder, { id, hold });
      const errors = fulfillmentOrderHold?.userErrors ?? [];
      return toAnswer(errors.filter(({ code }) => code !== 'DUPLICATE_FULFILLMENT_HOLD_HANDLE'));
    },

    async releaseHolds(id, holdIds) {
      // An empty list might count as none, and none as everybody's.
      if (holdIds.length === 0) return { kind: 'done' };
      const { fulfillmentOrderReleaseHold } = await client.request(ReleaseHolds, { id, holdIds: [...holdIds] });
      return toAnswer(fulfillmentOrderReleaseHold?.userErrors);
    },

    async askFulfillmentService(id, message) {
      const { fulfillmentOrderSubmitCancellationRequest: answer } = await client.request(AskFulfillmentService, {
        id,
        message,
      });
      return toAnswer(answer?.userErrors);
    },

    async refund(plan, key) {
      const { refundCreate } = await client.request(RefundOrder, { input: toRefundInput(plan), key });
      return toAnswer(refundCreate?.userErrors);
    },

    async suggestRefund(id, lines) {
      const { order } = await client.request(SuggestRefund, { id, lines: toLineInputs(lines) });
      const suggested = order?.suggestedRefund;
      if (!suggested) throw new OutsideError('shopify', 'rejected', 'SuggestRefund: the order is gone');
      return {
        amount: suggested.amountSet.presentmentMoney,
        transactions: suggested.suggestedTransactions.flatMap(({ gateway, amountSet, parentTransaction }) =>
          parentTransaction
            ? [{ parentId: parentTransaction.id, gateway: gateway ?? '', amount: amountSet.presentmentMoney }]
            : [],
        ),
      };
    },

    async openReturn(orderId, note) {
      const { returnableFulfillments } = await client.request(ReturnableLines, { orderId });
      const returnLineItems = returnableFulfillments.nodes
        .flatMap((fulfillment) => fulfillment.returnableFulfillmentLineItems.nodes)
        .map(({ quantity, fulfillmentLineItem }) => ({
          fulfillmentLineItemId: fulfillmentLineItem.id,
          quantity,
          returnReasonNote: note,
        }));
      if (returnLineItems.length === 0) {
        return { kind: 'refused', errors: [{ code: null, message: 'Shopify finds nothing that can be returned' }] };
      }
      const { returnCreate } = await client.request(OpenReturn, { input: { orderId, returnLineItems } });
      const answer = toAnswer(returnCreate?.userErrors);
      const id = returnCreate?.return?.id;
      return answer.kind === 'done' && id ? { ...answer, id } : answer;
    },

    async changeAddress(id, address) {
      const { orderUpdate } = await client.request(ChangeAddress, { id, address: toAddressInput(address) });
      return toAnswer(orderUpdate?.userErrors);
    },

    editLines: (orderId, change, staffNote) => editLines(client, orderId, change, staffNote),

    previewEdit: (orderId, change) => previewEdit(client, orderId, change),

    async findVariant(sku) {
      const search = searchTerm('sku', sku);
      if (!search) return null;
      const { productVariants } = await client.request(FindVariant, { search });
      const found = productVariants.nodes.filter((one) => one.sku?.toLowerCase() === sku.trim().toLowerCase());
      const [only] = found;
      return found.length === 1 && only ? { id: only.id, sku: only.sku ?? sku, title: only.displayName } : null;
    },

    async createDiscount(discount) {
      const { discountCodeBasicCreate: answer } = await client.request(CreateDiscount, {
        discount: toDiscountInput(discount),
      });
      // Ours from an earlier try whose answer was lost: nobody else makes codes of our references.
      return toAnswer(answer?.userErrors.filter((error) => error.code !== 'TAKEN'));
    },

    async addTags(id, tags) {
      const { tagsAdd } = await client.request(TagOrder, { id, tags: [...tags] });
      return toAnswer(tagsAdd?.userErrors);
    },

    async archive(id) {
      const { orderClose } = await client.request(ArchiveOrder, { id });
      return toAnswer(orderClose?.userErrors);
    },

    async deleteTestOrder(id) {
      const order = await orders.read(id);
      if (!order) return { kind: 'done' };
      if (!order.test || order.cancelledAt === null) {
        return { kind: 'refused', errors: [{ code: null, message: 'Only cancelled test orders are deleted' }] };
      }
      const { orderDelete } = await client.request(DeleteOrder, { id });
      return toAnswer(orderDelete?.userErrors);
    },

    async findRisky(limit) {
      const search = 'status:open AND risk_level:high';
      const { orders: page } = await client.request(FindOrders, { search, first: limit });
      return page.nodes.map(toCandidate);
    },
  };
  return { orders, costTotals: () => ({ ...client.costTotals }) };
}

/**
 * `name:"#1001"`, or null when nothing is left to search for. Quotes and backslashes are taken out, so that a text
 * stays one value: typed by a customer, `1001 OR status:open` finds nothing more than an order of that name.
 */
export function searchTerm(filter: SearchTerm['field'] | 'sku', value: string): string | null {
  const plain = value.replace(/["'\\\p{Cc}]/gu, '').trim();
  return plain === '' ? null : `${filter}:"${plain}"`;
}

function toVariables({ refund, ...rest }: CancelArguments) {
  const refundMethod =
    refund === 'store_credit' ? { storeCreditRefund: {} } : { originalPaymentMethodsRefund: refund === 'original' };
  return { ...rest, refundMethod };
}

function toAnswer(
  errors: readonly { readonly code?: string | null; readonly message: string }[] | undefined,
): MutationAnswer {
  const told = (errors ?? []).map(({ code, message }): UserError => ({ code: code ?? null, message }));
  return told.length > 0 ? { kind: 'refused', errors: told } : { kind: 'done' };
}
