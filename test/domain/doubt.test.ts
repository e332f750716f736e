import { describe, expect, it } from 'vitest';
import { doubtAbout, doubtAboutRow } from '../../src/domain/doubt.ts';
import { incomingResponse } from '../support/incoming-response.ts';

const AT = Date.parse('2026-11-23T08:00:00Z');
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

describe('a response that was sent', () => {
  it.each<[string, number | null, number | null, number, ReturnType<typeof doubtAbout>]>([
    ['before its source was first read is in doubt', AT, AT + HOUR, AT + HOUR, 'before_start'],
    ['moments before is not: clocks differ', AT, AT + MINUTE, AT + MINUTE, null],
    ['after that is not', AT + HOUR, AT, AT + HOUR, null],
    ['nobody knows when is not', null, AT, AT + HOUR, null],
    ['to a source of which nothing was written down is not', AT, null, AT + HOUR, null],
    ['just now is not, though the clock was a day ahead at the first start', AT, AT + 24 * HOUR, AT, null],
  ])('%s', (_, submittedAt, beganAt, now, doubt) => {
    expect(doubtAbout(incomingResponse({ submittedAt }), beganAt, now)).toBe(doubt);
  });

  it('in the hour that comes twice may have been sent in the second', () => {
    expect(doubtAbout(incomingResponse({ orSubmittedAt: AT + HOUR }), AT + HOUR, AT + HOUR)).toBeNull();
  });

  it('keeps the doubt that the sheet casts on it', () => {
    expect(doubtAbout(incomingResponse({ doubt: 'old_row' }), 0, AT)).toBe('old_row');
  });
});

describe('a row that shows up in a sheet', () => {
  it.each<[string, number | null, number | null, number | null, ReturnType<typeof doubtAboutRow>]>([
    ['later than all others is new', AT + 1, AT + HOUR, AT, null],
    ['as old as the newest, and that is long ago, is an old one', AT, AT + HOUR, AT, 'old_row'],
    ['older than others by far is an old one', AT, AT + HOUR, AT + HOUR, 'old_row'],
    ['of today is new, though another one has a mistyped timestamp of next year', AT, AT - 1, AT + 8_760 * HOUR, null],
    ['of moments before the last poll is new, too', AT, AT + MINUTE, AT + 8_760 * HOUR, null],
    ['older than others by moments came in another order', AT, AT + MINUTE, AT + MINUTE, null],
    ['at the first poll is as it is', AT, null, null, null],
    ['without a timestamp, where others have one, is an old one', null, AT, AT, 'old_row'],
    ['without a timestamp, as all others, is new', null, AT, null, null],
    ['without a timestamp at the first poll was sent before', null, null, null, 'before_start'],
  ])('%s', (_, submittedAt, polledAt, newestStamp, doubt) => {
    expect(doubtAboutRow(incomingResponse({ submittedAt }), { polledAt, newestStamp })).toBe(doubt);
  });

  it('in the hour that comes twice may be of the second', () => {
    const soFar = { polledAt: AT + HOUR, newestStamp: AT + HOUR - MINUTE };
    expect(doubtAboutRow(incomingResponse({ orSubmittedAt: AT + HOUR }), soFar)).toBeNull();
    expect(doubtAboutRow(incomingResponse({}), soFar)).toBe('old_row');
  });
});
