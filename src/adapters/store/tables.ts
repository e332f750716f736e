/** Rows as both databases hold them: times are epoch milliseconds, flags 0 or 1, structures JSON text. */
import type { Generated } from 'kysely';

/** What a customer's name in a search may be the beginning of. */
export const SEARCHED_NAMES = ['written_name', 'written_surname', 'ordered_name', 'ordered_surname'] as const;
/** Everything beside the fields that holds what a customer has written, folded. */
export const SEARCHED_TEXTS = [...SEARCHED_NAMES, 'written_order'] as const;

export interface RequestTable {
  id: string;
  ref: string;
  status: string;
  /** Of the status, see domain/queue.ts; "erased" keeps it out of every list. */
  stage: string;
  version: number;
  revision: number;
  locale: string;
  fields: string;
  answers: string;
  digest: string;
  email_verified: number;
  submitted_at: number;
  /** The source's own time of the version it stands at; null when it didn't say. */
  source_submitted_at: number | null;
  received_at: number;
  updated_at: number;
  match: string | null;
  order_id: string | null;
  order_name: string | null;
  /** Which parcel leaves first, see domain/shipping-order.ts: the state's place, and the time within it. */
  ships_rank: number;
  ships_at: number;
  assigned_to: string | null;
  snoozed_until: number | null;
  undo_until: number | null;
  order_snapshot: string | null;
  approved_fingerprint: string | null;
  decision: string | null;
  origin: string;
  /** Lower case: of the order, or of the response until an order is known. */
  customer_email: string | null;
  /** Without case and accents, for searches: the name in the form, and the customer's of the order, each with its last word. */
  written_name: string | null;
  written_surname: string | null;
  /** What was written as the order's number; the order is known by that only once it is found. */
  written_order: string | null;
  ordered_name: string | null;
  ordered_surname: string | null;
  proof: string | null;
  assessment: string | null;
  asking: string | null;
  question: string | null;
  approvals: string;
  sender_withdrew: number;
  hold: string | null;
  payback: string | null;
  mail_to: string | null;
  undelivered: string | null;
  trouble: string | null;
  duplicate_of: string | null;
  follows: string | null;
  doubt: string | null;
  expires_at: number | null;
  remind_at: number | null;
  reminded: number;
  due_at: number | null;
  attempts: number;
  lease_until: number;
  fence: number;
  /** Times in a row that work on it threw unexpectedly, and the last reason; see steps/quarantine.ts. */
  faults: number;
  fault: string | null;
  /** When the person was taken out of it; see domain/erase-person.ts. */
  erased_at: number | null;
  /** How far retention has got with it: 0 nothing is gone yet, see PRUNED in privacy.ts. */
  pruned: number;
}

export interface ResponseTable {
  id: string;
  request_id: string;
  source: string;
  source_id: string;
  external_id: string;
  revision: string;
  digest: string;
  submitted_at: number | null;
  received_at: number;
  respondent_email: string | null;
  email_verified: number;
  answers: string;
  /** Sheet rows only: when the row was no longer there. */
  gone_at: number | null;
}

export interface EffectTable {
  id: string;
  key: string;
  request_id: string | null;
  kind: string;
  state: string;
  payload: string;
  outcome: string;
  attempts: number;
  due_at: number;
  lease_until: number;
  fence: number;
  last_error: string | null;
  created_at: number;
  done_at: number | null;
  /** As of requests. */
  faults: number;
  fault: string | null;
}

/** Responses that could not be made requests of, whole: they are stored nowhere else. */
export interface QuarantineTable {
  id: string;
  source: string;
  source_id: string;
  /** Of its external id and revision, as JSON: whatever they hold. */
  response_key: string;
  /** Of an edited response: the request it belongs to. */
  request_id: string | null;
  response: string;
  fault: string;
  faults: number;
  /** null: not tried again by itself. */
  due_at: number | null;
  since: number;
}

export interface TokenTable {
  /** SHA-256 of the token, base64url. The token itself is only in the mail. */
  hash: string;
  purpose: string;
  request_id: string;
  request_version: number;
  person: string;
  created_at: number;
  expires_at: number;
  revoked_at: number | null;
}

export interface EventTable {
  seq: Generated<number>;
  request_id: string | null;
  at: number;
  actor: string;
  type: string;
  data: string;
  salt: string;
  /** These three of an erased one, see domain/audit.ts. */
  said_digest: Generated<string>;
  actor_salt: Generated<string>;
  actor_digest: Generated<string>;
  /** In the audit chain; null: not sealed yet. */
  position: number | null;
}

export interface StaffTable {
  email: string;
  role: string;
  active: number;
  away_until: number | null;
  stand_in: string | null;
  created_at: number;
}

export interface SourceTable {
  id: string;
  cursor: string | null;
  last_ok_at: number | null;
  last_error: string | null;
  due_at: number;
  lease_until: number;
  fence: number;
}

export interface IncidentTable {
  code: string;
  detail: string;
  since: number;
  told_at: number | null;
}

export interface DeliveryTable {
  webhook_id: string;
  request_id: string;
  received_at: number;
}

export interface SettingTable {
  key: string;
  value: string;
}

/** Signed-in staff, and links to sign in. Only hashes, as with tokens. */
export interface SessionTable {
  hash: string;
  kind: string;
  person: string;
  request_id: string | null;
  link_hash: string | null;
  created_at: number;
  seen_at: number;
  expires_at: number;
}

/** A policy file as it was: open requests keep the one they were assessed under. */
export interface PolicyTable {
  version: string;
  text: string;
  first_used_at: number;
}

/** How often something happened in a window of time. */
export interface CounterTable {
  key: string;
  count: number;
  until: number;
}

/** Shopify's query cost bucket as all processes see it. PostgreSQL only: the embedded database has one process. */
export interface CostBucketTable {
  shop: string;
  available: number;
  maximum: number;
  restore_rate: number;
  seen_at: number;
}

export interface StatusMoveTable {
  from_status: string;
  to_status: string;
}

interface AuditChainTable {
  position: number;
  digest: string;
  hash: string;
}

export interface Tables {
  requests: RequestTable;
  responses: ResponseTable;
  effects: EffectTable;
  tokens: TokenTable;
  events: EventTable;
  staff: StaffTable;
  sources: SourceTable;
  incidents: IncidentTable;
  deliveries: DeliveryTable;
  settings: SettingTable;
  sessions: SessionTable;
  policies: PolicyTable;
  counters: CounterTable;
  cost_buckets: CostBucketTable;
  audit_chain: AuditChainTable;
  status_moves: StatusMoveTable;
  quarantine: QuarantineTable;
}
