/** The decision form's fields as a decision. What is accepted of it, domain/decision.ts says. */
import type { Approval } from '../domain/cancellation-request.ts';
import type { AmountChoice, DecisionInput } from '../domain/decision-input.ts';
import { ADDRESS_FIELDS, type TypedAddress } from '../domain/order-change.ts';
import type { Treatment } from '../domain/policy/policy.ts';

type Values = Readonly<Record<string, string>>;

const REFUNDS: readonly Treatment['refund'][] = ['original', 'store_credit', 'none'];
/** Before the id of a line: how many of it to cancel; how many there are to be. */
const TAKE = 'take ';
const KEEP = 'keep ';

/** @param signedIn nothing has to be typed by somebody who has signed in; what is typed by others, decide-form.ts looks at */
export function toInput(values: Values, signedIn: boolean): DecisionInput | null {
  const text = (name: string) => values[name] ?? '';
  const confirm = (name: string) => (signedIn ? null : text(name));
  const ticked = (name: string) => !signedIn || text(name) === 'yes';
  const refund = (name: string) => REFUNDS.find((one) => one === text(name)) ?? 'original';
  switch (text('decision')) {
    // What stands in the folded fields counts only for the button beside them.
    case 'approve':
      return { kind: 'approve', seen: text('seen'), confirm: confirm('confirm'), terms: null, agreed: '' };
    case 'approve_changed':
      return {
        kind: 'approve',
        seen: text('seen'),
        confirm: confirm('confirm_approve'),
        terms: {
          restock: text('restock') !== 'no',
          refund: refund('refund'),
          amount: amountIn(text('exact'), text('amount')),
          ...(text('archive') ? { archive: text('archive') === 'yes' } : {}),
        },
        agreed: text('agreed_approve'),
      };
    case 'part': {
      const exactly = decimal(text('exact_part'));
      return {
        kind: 'part',
        seen: text('seen'),
        confirm: confirm('confirm_part'),
        quantities: quantitiesIn(values, TAKE),
        restock: text('restock_part') !== 'no',
        refund: refund('refund_part'),
        amount: exactly ? { exactly } : 'full',
        agreed: text('agreed_part'),
      };
    }
    case 'change':
      return {
        kind: 'change',
        seen: text('seen'),
        confirm: confirm('confirm_change'),
        quantities: quantitiesIn(values, KEEP),
        address: addressIn(values),
        sku: text('sku'),
        skuQuantity: Number(text('sku_quantity') || '1'),
        agreed: text('agreed_change'),
      };
    case 'return':
      return { kind: 'return', confirm: confirm('confirm_return'), instructions: text('instructions') };
    case 'decline':
      return { kind: 'decline', reason: text('reason') };
    case 'ask':
      return { kind: 'ask', question: text('question') };
    case 'offer': {
      const terms = { percent: Number(text('percent')), exchange: text('exchange') === 'yes' };
      return { kind: 'offer', offer: text('offer'), terms };
    }
    case 'choose':
      return { kind: 'choose', orderId: values.order ?? null, orderName: text('order_name') };
    case 'reassess':
      return { kind: 'reassess', sure: ticked('reassess') };
    case 'paid_back':
      return { kind: 'paid_back', how: text('how'), on: text('on') };
    case 'correct_address':
      return { kind: 'correct_address', email: text('email') };
    case 'told':
      return { kind: 'told', sure: ticked('told') };
    case 'archive':
    case 'delete':
      return { kind: 'tidy', what: text('decision') === 'delete' ? 'delete' : 'archive', sure: ticked('tidy') };
    case 'undo':
      return { kind: 'undo', sure: true };
    case 'stop_waiting':
      return { kind: 'stop_waiting' };
    case 'assign':
      return { kind: 'assign', to: text('assign_to') || null };
    case 'snooze':
      return { kind: 'snooze', days: Number(text('days')) };
    default:
      return null;
  }
}

/** The fields as somebody's approval of a part or a change filled them in: whoever comes next has to agree to the same. */
export function valuesOf({ part, change, treatment }: Approval): Values {
  if (part) {
    const takes = part.map(({ lineItemId, quantity }) => [`${TAKE}${lineItemId}`, String(quantity)]);
    const { restock, refund } = treatment;
    return {
      decision: 'part',
      ...Object.fromEntries(takes),
      restock_part: restock ? 'yes' : 'no',
      refund_part: refund,
    };
  }
  if (!change) return {};
  const { lines, added, address } = change;
  const keeps = lines.map(({ lineItemId, to }) => [`${KEEP}${lineItemId}`, String(to)]);
  return {
    decision: 'change',
    ...Object.fromEntries(keeps),
    ...(added ? { sku: added.sku, sku_quantity: String(added.quantity) } : {}),
    ...(address ? Object.fromEntries(ADDRESS_FIELDS.map((field) => [field, address[field] ?? ''])) : {}),
  };
}

function amountIn(exact: string, choice: string): AmountChoice {
  const exactly = decimal(exact);
  if (exactly) return { exactly };
  return choice === 'full' || choice === 'keep_shipping' ? choice : 'policy';
}

/** "12,50" → "12.50"; people write it as they do at home. */
function decimal(text: string): string {
  return text.trim().replace(',', '.');
}

function quantitiesIn(values: Values, prefix: string): Record<string, number> {
  const entries = Object.entries(values).filter(([name, value]) => name.startsWith(prefix) && value.trim() !== '');
  return Object.fromEntries(entries.map(([name, value]) => [name.slice(prefix.length), Number(value)]));
}

function addressIn(values: Values): TypedAddress | null {
  if (values.address1 === undefined) return null;
  return Object.fromEntries(ADDRESS_FIELDS.map((field) => [field, values[field] ?? ''])) as TypedAddress;
}
