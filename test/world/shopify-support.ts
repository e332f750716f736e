/** A shop behind HTTP, its clock in the test's hand. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import { createShopifyWorld, type ShopifyWorld, type ShopifyWorldOptions } from './shopify/admin-api.ts';

export interface GraphqlAnswer {
  readonly data?: Record<string, unknown> | null;
  readonly errors?: readonly { readonly message: string; readonly extensions?: { readonly code?: string } }[];
  readonly extensions?: {
    readonly cost: {
      readonly requestedQueryCost: number;
      readonly actualQueryCost: number | null;
      readonly throttleStatus: { readonly currentlyAvailable: number };
    };
  };
}

export interface ShopUnderTest extends ShopifyWorld {
  readonly origin: string;
  /** Moves the world's clock on. */
  pass(milliseconds: number): void;
  ask(query: string, variables?: object, token?: string): Promise<GraphqlAnswer>;
  post(path: string, init: RequestInit): Promise<Response>;
  close(): Promise<void>;
}

export async function startShop(options: Omit<ShopifyWorldOptions, 'now'> = {}): Promise<ShopUnderTest> {
  let time = Date.parse('2026-11-23T08:00:00Z');
  const world = createShopifyWorld({ jobMs: 1_000, ...options, now: () => time });
  const server = createServer(express().use(world.router));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const post = (path: string, init: RequestInit) => fetch(origin + path, { method: 'POST', ...init });
  return {
    ...world,
    origin,
    post,
    pass(milliseconds) {
      time += milliseconds;
    },
    async ask(query, variables = {}, token = world.accessToken) {
      const response = await post('/admin/api/2026-10/graphql.json', {
        headers: { 'Content-Type': 'application/json', 'X-Shopify-Access-Token': token },
        body: JSON.stringify({ query, variables }),
      });
      return (await response.json()) as GraphqlAnswer;
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

export const CANCEL_ORDER = `
  mutation CancelOrder($orderId: ID!, $refund: Boolean! = true, $restock: Boolean = true, $note: String, $notify: Boolean) {
    orderCancel(
      orderId: $orderId, reason: CUSTOMER, restock: $restock, notifyCustomer: $notify, staffNote: $note,
      refundMethod: { originalPaymentMethodsRefund: $refund }
    ) {
      job { id done }
      jobResult { id done status }
      orderCancelUserErrors { code field message }
    }
  }`;

export const CANCEL_PROGRESS = `
  query CancelProgress($jobResultId: ID!, $orderId: ID!) {
    node(id: $jobResultId) { ... on OrderCancelJobResult { done status errors { code field message } } }
    order(id: $orderId) {
      cancelledAt cancelReason cancellation { staffNote } displayFinancialStatus
      refunds(first: 5) { id createdAt totalRefundedSet { presentmentMoney { amount currencyCode } } }
      transactions(first: 10) { id kind status gateway amountSet { presentmentMoney { amount currencyCode } } }
    }
  }`;

interface CancelPayload {
  readonly orderCancel: {
    readonly job: { readonly id: string; readonly done: boolean } | null;
    readonly jobResult: { readonly id: string; readonly done: boolean; readonly status: string } | null;
    readonly orderCancelUserErrors: readonly {
      readonly code: string;
      readonly field: string[];
      readonly message: string;
    }[];
  };
}

/** Cancels by name, and gives the payload of `orderCancel`. */
export async function cancel(
  shop: ShopUnderTest,
  name: string,
  more: object = {},
): Promise<CancelPayload['orderCancel']> {
  const { data, errors } = await shop.ask(CANCEL_ORDER, { orderId: shop.state.order(name).id, ...more });
  if (!data) throw new Error(`orderCancel answered ${JSON.stringify(errors)}`);
  return (data as unknown as CancelPayload).orderCancel;
}

/** Kinds of what happened to one order, in order. */
export function effectsOn(shop: ShopUnderTest, name: string): string[] {
  return shop.state.ledger.filter((entry) => entry.orderName === name).map((entry) => entry.kind);
}
