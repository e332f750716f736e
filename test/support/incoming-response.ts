import type { IncomingResponse } from '../../src/domain/response.ts';

/** A sheet's row, unless told otherwise. */
export function incomingResponse(changes: Partial<IncomingResponse> = {}): IncomingResponse {
  return {
    source: 'sheets',
    sourceId: 'sheet-1',
    externalId: 'row-digest',
    revision: '1',
    replaces: null,
    submittedAt: Date.parse('2026-11-23T08:00:00Z'),
    respondentEmail: null,
    emailVerified: false,
    answers: [],
    ...changes,
  };
}
