import type { StoreKind } from '../support/stores.ts';
import type { Verdict } from './judge.ts';

export interface CampaignContext {
  readonly seed: number;
  /** How often; each campaign says of what. */
  readonly runs: number;
  readonly database: StoreKind;
  /** A new, empty one; null: the embedded one, in a folder of its own. */
  newDatabase(): Promise<string | null>;
  progress(text: string): void;
}

export interface CampaignResult {
  /** What was done to the service, as counted: "kills", "faults". */
  readonly done: Readonly<Record<string, number>>;
  readonly verdict: Verdict;
}

export interface Campaign {
  readonly name: string;
  /** One line for the table. */
  readonly about: string;
  readonly full: number;
  readonly short: number;
  /** Where it means something; left out: everywhere. */
  readonly only?: StoreKind;
  run(context: CampaignContext): Promise<CampaignResult>;
}
