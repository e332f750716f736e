import { type ShopOrder, totalOf } from '../shopify/shop-order.ts';
import type { LedgerEntry, ShopState } from '../shopify/shop-state.ts';
import { demoPage, html } from './html.ts';

/** A small look-alike of the Shopify admin: what the service's calls have done to the shop. */
export function adminOrders(state: ShopState): string {
  const rows = [...state.orders.values()].map(
    (
      order,
    ) => html`<tr><td><a href="/admin/orders/${numberOf(order)}">${order.name}</a></td><td>${order.customerName}</td><td>${money(totalOf(order), order)}</td>
<td><span class="badge">${words(order.displayFinancialStatus)}</span></td><td><span class="badge">${words(order.displayFulfillmentStatus)}</span></td>
<td>${order.cancelledAt === null ? null : html`<span class="badge gone">Canceled</span>`}</td></tr>`,
  );
  return demoPage(
    'Orders',
    html`<h1>Pine &amp; Loom: orders</h1><div class="card scroll"><table><thead><tr><th>Order</th><th>Customer</th><th>Total</th><th>Payment</th><th>Fulfillment</th><th></th></tr></thead><tbody>${rows}</tbody></table></div>`,
  );
}

export function adminOrder(state: ShopState, number: string): string | null {
  const order = [...state.orders.values()].find((one) => numberOf(one) === number);
  if (!order) return null;
  const entries = state.ledger.filter((entry) => entry.orderId === order.id);
  return demoPage(
    order.name,
    html`<p><a href="/admin">All orders</a></p><h1>Order ${order.name} ${order.cancelledAt === null ? null : html`<span class="badge gone">Canceled</span>`}</h1>
<div class="card"><p>${order.customerName}, ${order.email ?? 'no e-mail'}</p><p>${words(order.displayFinancialStatus)}, ${words(order.displayFulfillmentStatus)}</p>
<ul>${order.lines.map((line) => html`<li>${line.quantity} × ${line.title}${line.variantTitle ? `, ${line.variantTitle}` : ''}: ${money(line.price, order)}</li>`)}</ul></div>
<div class="card"><h2>What was done to it</h2>${entries.length > 0 ? html`<ul>${entries.map((entry) => describe(entry, order))}</ul>` : html`<p>Nothing.</p>`}</div>`,
  );
}

function describe(entry: LedgerEntry, order: ShopOrder) {
  const amount = entry.amount === undefined ? '' : ` ${money(entry.amount, order)}`;
  return html`<li>${new Date(entry.at).toISOString().slice(11, 19)} ${entry.kind.replace('_', ' ')}${amount}${entry.staffNote ? `: ${entry.staffNote}` : ''}</li>`;
}

function numberOf(order: ShopOrder): string {
  return order.id.split('/').at(-1) ?? '';
}

function money(cents: number, { currencyCode }: ShopOrder): string {
  return new Intl.NumberFormat('en', { style: 'currency', currency: currencyCode }).format(cents / 100);
}

function words(status: string): string {
  return status.toLowerCase().replaceAll('_', ' ');
}
