/** Rows to records and back: the one place where JSON text, 0 and 1 become what they mean. */
import type { Selectable } from 'kysely';
import type { CancellationRequest, RequestFields } from '../../domain/cancellation-request.ts';
import { type Effect, NOTHING_SENT } from '../../domain/effect.ts';
import { foldText } from '../../domain/fold-text.ts';
import { SHIPPING, shippingOf } from '../../domain/shipping-order.ts';
import type { TokenRecord } from '../../records/access.ts';
import type { RequestChanges } from '../../records/requests.ts';
import type { EffectTable, RequestTable, TokenTable } from './tables.ts';

export function toRequest(row: Selectable<RequestTable>): CancellationRequest {
  return {
    id: row.id,
    ref: row.ref,
    status: row.status as CancellationRequest['status'],
    version: row.version,
    revision: row.revision,
    locale: row.locale,
    fields: JSON.parse(row.fields),
    answers: JSON.parse(row.answers),
    emailVerified: row.email_verified === 1,
    submittedAt: row.submitted_at,
    receivedAt: row.received_at,
    updatedAt: row.updated_at,
    match: fromJson(row.match),
    orderId: row.order_id,
    orderName: row.order_name,
    assignedTo: row.assigned_to,
    snoozedUntil: row.snoozed_until,
    undoUntil: row.undo_until,
    order: fromJson(row.order_snapshot),
    approvedFingerprint: row.approved_fingerprint,
    decision: fromJson(row.decision),
    origin: row.origin as CancellationRequest['origin'],
    proof: fromJson(row.proof),
    assessment: fromJson(row.assessment),
    asking: fromJson(row.asking),
    question: row.question,
    approvals: JSON.parse(row.approvals),
    senderWithdrew: row.sender_withdrew === 1,
    hold: fromJson(row.hold),
    payback: fromJson(row.payback),
    mailTo: row.mail_to,
    undelivered: fromJson(row.undelivered),
    trouble: fromJson(row.trouble),
    duplicateOf: row.duplicate_of,
    follows: row.follows,
    doubt: row.doubt as CancellationRequest['doubt'],
    expiresAt: row.expires_at,
    erasedAt: row.erased_at,
  };
}

type NameSource = 'written' | 'ordered';

/** Which parcel leaves first. What isn't known comes last on both databases because it says so. */
export function shipsColumns(request: Parameters<typeof shippingOf>[0]): Pick<RequestTable, 'ships_rank' | 'ships_at'> {
  const { state, at } = shippingOf(request);
  return { ships_rank: SHIPPING.indexOf(state), ships_at: at };
}

/** A customer's name as searches look it up: from its beginning, and from the last word's. */
function nameColumns<S extends NameSource>(source: S, name: string | null) {
  const words = searchText(name ?? '').split(' ');
  return {
    [`${source}_name`]: words.join(' ') || null,
    [`${source}_surname`]: words.length > 1 ? (words.at(-1) ?? null) : null,
  } as Record<`${S}_name` | `${S}_surname`, string | null>;
}

const MOST_SEARCHED = 200;

/** What searches look up of what was written in the form. */
export function writtenColumns(fields: Pick<RequestFields, 'name' | 'orderReference'> | null) {
  const order = searchText(fields?.orderReference ?? '').slice(0, MOST_SEARCHED);
  return { ...nameColumns('written', fields?.name ?? null), written_order: order || null };
}

export function searchText(text: string): string {
  return foldText(text.trim().replace(/\s+/g, ' '));
}

/** Columns for the changes that are there; nothing for those that aren't. */
export function toRequestColumns(changes: RequestChanges): Partial<RequestTable> {
  const columns: {
    [Key in keyof RequestChanges]-?: (value: NonNullable<RequestChanges[Key]> | null) => Partial<RequestTable>;
  } = {
    status: (value) => ({ status: value as string }),
    version: (value) => ({ version: value as number }),
    locale: (value) => ({ locale: value as string }),
    fields: (value) => ({ fields: JSON.stringify(value), ...writtenColumns(value ?? null) }),
    answers: (value) => ({ answers: JSON.stringify(value) }),
    digest: (value) => ({ digest: value as string }),
    emailVerified: (value) => ({ email_verified: value ? 1 : 0 }),
    submittedAt: (value) => ({ submitted_at: value as number }),
    sourceSubmittedAt: (value) => ({ source_submitted_at: value }),
    match: (value) => ({ match: toJson(value) }),
    orderId: (value) => ({ order_id: value }),
    orderName: (value) => ({ order_name: value }),
    order: (value) => ({
      order_snapshot: toJson(value),
      ...nameColumns('ordered', value?.customerName ?? value?.shippingTo?.name ?? null),
    }),
    assignedTo: (value) => ({ assigned_to: value }),
    snoozedUntil: (value) => ({ snoozed_until: value }),
    undoUntil: (value) => ({ undo_until: value }),
    approvedFingerprint: (value) => ({ approved_fingerprint: value }),
    decision: (value) => ({ decision: toJson(value) }),
    origin: (value) => ({ origin: value as string }),
    customerEmail: (value) => ({ customer_email: value?.toLowerCase() ?? null }),
    proof: (value) => ({ proof: toJson(value) }),
    assessment: (value) => ({ assessment: toJson(value) }),
    asking: (value) => ({ asking: toJson(value) }),
    question: (value) => ({ question: value }),
    approvals: (value) => ({ approvals: JSON.stringify(value ?? []) }),
    hold: (value) => ({ hold: toJson(value) }),
    payback: (value) => ({ payback: toJson(value) }),
    mailTo: (value) => ({ mail_to: value }),
    undelivered: (value) => ({ undelivered: toJson(value) }),
    trouble: (value) => ({ trouble: toJson(value) }),
    duplicateOf: (value) => ({ duplicate_of: value }),
    follows: (value) => ({ follows: value }),
    doubt: (value) => ({ doubt: value }),
    expiresAt: (value) => ({ expires_at: value }),
    erasedAt: (value) => ({ erased_at: value }),
    remindAt: (value) => ({ remind_at: value }),
    reminded: (value) => ({ reminded: value as number }),
    dueAt: (value) => ({ due_at: value }),
    attempts: (value) => ({ attempts: value as number }),
  };
  const present = Object.entries(changes).filter(([, value]) => value !== undefined);
  return Object.assign({}, ...present.map(([key, value]) => columns[key as keyof RequestChanges](value as never)));
}

export function toEffect(row: Selectable<EffectTable>): Effect {
  const base = {
    id: row.id,
    key: row.key,
    requestId: row.request_id,
    state: row.state as Effect['state'],
    attempts: row.attempts,
    dueAt: row.due_at,
    createdAt: row.created_at,
    fence: row.fence,
    payload: JSON.parse(row.payload),
  };
  const nothing = row.kind === 'shopify_cancel' ? NOTHING_SENT : { sentAt: null };
  return { ...base, kind: row.kind, outcome: { ...nothing, ...JSON.parse(row.outcome) } } as Effect;
}

export function toToken(row: Selectable<TokenTable>): TokenRecord {
  return {
    purpose: row.purpose as TokenRecord['purpose'],
    requestId: row.request_id,
    requestVersion: row.request_version,
    person: row.person,
    expiresAt: row.expires_at,
    revokedAt: row.revoked_at,
  };
}

function fromJson<T>(text: string | null): T | null {
  return text === null ? null : (JSON.parse(text) as T);
}

function toJson(value: unknown): string | null {
  return value === null ? null : JSON.stringify(value);
}
