/** The store's part for what happened, and the chain that shows whether that was changed. */
import type { Anchor, AuditedEntry, AuditedEvent, ChainEntry } from '../domain/audit.ts';

export interface RequestEventRecord {
  readonly at: number;
  readonly actor: string;
  readonly type: string;
  readonly data: Record<string, unknown>;
}

export interface Events {
  append(requestId: string | null, event: RequestEventRecord): Promise<void>;
  appendAll(events: readonly (RequestEventRecord & { readonly requestId: string | null })[]): Promise<void>;
  byRequest(requestId: string): Promise<RequestEventRecord[]>;
}

/** The chain that shows whether an event was changed, see domain/audit.ts. */
export interface Audit {
  head(): Promise<Anchor>;
  /** Links events that are in no chain yet, oldest first; under a lock. Returns how many. */
  seal(limit: number): Promise<number>;
  /** Entries after this position, in their order; null: from the first. */
  page(after: number | null): Promise<AuditedEntry[]>;
  ofRequest(requestId: string): Promise<
    {
      readonly position: number | null;
      readonly event: AuditedEvent;
      readonly entry: ChainEntry | null;
      /** Hash of the entry before. */
      readonly before: string;
    }[]
  >;
  /** Positions that events claim and the chain lacks, or that several claim. */
  unchained(): Promise<number[]>;
  countOpen(): Promise<number>;
}
