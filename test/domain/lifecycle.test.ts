import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { REQUEST_STATUSES, type RequestStatus } from '../../src/domain/cancellation-request.ts';
import { isEnded, nextStatus, OPEN_STATUSES, REQUEST_EVENTS } from '../../src/domain/lifecycle.ts';
import { ENDED, modelledNext } from './lifecycle-model.ts';

const WALKS = 1_000;
const EVENTS = 100;

describe('lifecycle', () => {
  const pairs = REQUEST_STATUSES.flatMap((status) => REQUEST_EVENTS.map((event) => [status, event] as const));

  it.each(pairs)('%s + %s', (status, event) => {
    expect(nextStatus(status, event)).toBe(modelledNext(status, event));
  });

  it('knows every ended status, and nothing leaves one', () => {
    expect(REQUEST_STATUSES.filter(isEnded)).toEqual(ENDED);
    expect(OPEN_STATUSES).toHaveLength(8);
  });

  it(`is where the model is after each of ${(WALKS * EVENTS).toLocaleString('en')} random events, and ends once`, () => {
    const events = fc.array(fc.constantFrom(...REQUEST_EVENTS), { minLength: EVENTS, maxLength: EVENTS });
    const walk = fc.property(events, (chosen) => {
      let status: RequestStatus = 'received';
      const ends = new Set<RequestStatus>();
      for (const event of chosen) {
        const next = modelledNext(status, event);
        expect(nextStatus(status, event), `${status} + ${event}`).toBe(next);
        status = next ?? status;
        if (ENDED.includes(status)) ends.add(status);
      }
      expect(ends.size).toBeLessThanOrEqual(1);
    });
    fc.assert(walk, { numRuns: WALKS });
  });
});
