/** Random events, and random writes past the code, against a model written by hand: a request is where the model has it. */
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  type CancellationRequest,
  REQUEST_STATUSES,
  type RequestStatus,
} from '../../../src/domain/cancellation-request.ts';
import { REQUEST_EVENTS, type RequestEvent } from '../../../src/domain/lifecycle.ts';
import { moveRequest } from '../../../src/steps/move-request.ts';
import { ENDED, isModelledMove, modelledNext } from '../../domain/lifecycle-model.ts';
import { insertRequest, mustGet, NOW } from '../../support/stored-request.ts';
import { openTestStore, storeKinds, type TestStore } from '../../support/stores.ts';

const WALKS = 50;
const STEPS = 30;

type Step = { readonly event: RequestEvent } | { readonly write: RequestStatus };

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ event: fc.constantFrom(...REQUEST_EVENTS) }) },
  { weight: 1, arbitrary: fc.record({ write: fc.constantFrom(...REQUEST_STATUSES) }) },
);

describe.each(storeKinds())('on %s', (kind) => {
  let test: TestStore;
  beforeEach(async () => {
    test = await openTestStore(kind);
  });
  afterEach(() => test.close());

  /** Returns whether it was let through. */
  async function take(request: CancellationRequest, one: Step): Promise<boolean> {
    const { store } = test;
    if ('event' in one) {
      const by = { actor: 'service', at: NOW };
      return (await store.transaction((records) => moveRequest(records, request, one.event, {}, by))) === 'moved';
    }
    return store
      .transaction((records) => records.requests.update(request, { status: one.write }, NOW))
      .catch((error: unknown) => {
        expect(String(error)).toContain('status move refused');
        return false;
      });
  }

  it(`a request is where the model is after each of ${WALKS * STEPS} random steps, and never leaves its end`, async () => {
    let walks = 0;
    const walk = fc.asyncProperty(fc.array(step, { minLength: STEPS, maxLength: STEPS }), async (steps) => {
      walks += 1;
      const id = `walk-${walks}`;
      await insertRequest(test.store.records, id);
      let status: RequestStatus = 'received';
      for (const one of steps) {
        const next: RequestStatus | null | false =
          'event' in one ? modelledNext(status, one.event) : isModelledMove(status, one.write) && one.write;
        const request = await mustGet(test.store.records, id);
        expect(request.status).toBe(status);
        expect(await take(request, one), `${status}: ${JSON.stringify(one)}`).toBe(Boolean(next));
        if (ENDED.includes(status)) expect(next || status).toBe(status);
        status = next || status;
      }
      expect((await mustGet(test.store.records, id)).status).toBe(status);
    });
    await fc.assert(walk, { numRuns: WALKS });
  });
});
