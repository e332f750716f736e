import { describe, expect, it } from 'vitest';
import {
  addWorkingTime,
  afterQuiet,
  type Calendar,
  cutOffAfter,
  dayAt,
  endOfDay,
  isInBusinessHours,
} from '../../../src/domain/policy/calendar.ts';

const HELSINKI = 'Europe/Helsinki';
const calendar: Calendar = {
  zone: null,
  days: [1, 2, 3, 4, 5],
  opens: '09:00',
  closes: '17:00',
  holidays: ['2026-12-24', '2026-12-25'],
};
const at = (iso: string) => Date.parse(iso);
const shown = (ms: number, zone = HELSINKI) =>
  Temporal.Instant.fromEpochMilliseconds(ms).toZonedDateTimeISO(zone).toPlainDateTime().toString().slice(0, 16);

describe('cut-off', () => {
  it.each([
    ['before it, on a working day', '2026-11-23T09:59:00+02:00', '2026-11-23T12:00'],
    ['a minute before', '2026-11-23T11:59:00+02:00', '2026-11-23T12:00'],
    ['on the minute: the next day’s', '2026-11-23T12:00:00+02:00', '2026-11-24T12:00'],
    ['after it', '2026-11-23T18:00:00+02:00', '2026-11-24T12:00'],
    ['Friday afternoon: Monday', '2026-11-27T15:00:00+02:00', '2026-11-30T12:00'],
    ['Saturday morning: Monday', '2026-11-28T08:00:00+02:00', '2026-11-30T12:00'],
    ['before two holidays and a weekend', '2026-12-23T13:00:00+02:00', '2026-12-28T12:00'],
    ['over the end of summer time', '2026-10-23T20:00:00+03:00', '2026-10-26T12:00'],
    ['over its beginning', '2026-03-27T20:00:00+02:00', '2026-03-30T12:00'],
    ['late in the evening elsewhere, next day in the shop', '2026-11-23T23:30:00Z', '2026-11-24T12:00'],
  ])('%s', (_, orderedAt, until) => {
    expect(shown(cutOffAfter(at(orderedAt), '12:00', HELSINKI, calendar))).toBe(until);
  });

  it('goes by the policy’s zone where it names one', () => {
    const tokyo = { ...calendar, zone: 'Asia/Tokyo' };
    expect(shown(cutOffAfter(at('2026-11-23T02:00:00Z'), '12:00', HELSINKI, tokyo), 'Asia/Tokyo')).toBe(
      '2026-11-23T12:00',
    );
    expect(shown(cutOffAfter(at('2026-11-23T04:00:00Z'), '12:00', HELSINKI, tokyo), 'Asia/Tokyo')).toBe(
      '2026-11-24T12:00',
    );
  });

  it('is at noon on the shop’s clock on both sides of a change to summer time', () => {
    const winter = cutOffAfter(at('2026-03-27T08:00:00Z'), '12:00', HELSINKI, calendar);
    const summer = cutOffAfter(at('2026-03-30T08:00:00Z'), '12:00', HELSINKI, calendar);
    expect(new Date(winter).toISOString()).toBe('2026-03-27T10:00:00.000Z');
    expect(new Date(summer).toISOString()).toBe('2026-03-30T09:00:00.000Z');
  });
});

describe('business hours', () => {
  it.each([
    ['2026-11-23T09:00:00+02:00', true],
    ['2026-11-23T08:59:59+02:00', false],
    ['2026-11-23T16:59:59+02:00', true],
    ['2026-11-23T17:00:00+02:00', false],
    ['2026-11-28T12:00:00+02:00', false],
    ['2026-12-24T12:00:00+02:00', false],
    ['2026-07-01T09:30:00+03:00', true],
  ])('%s: %s', (time, open) => {
    expect(isInBusinessHours(at(time), HELSINKI, calendar)).toBe(open);
  });
});

describe('working time', () => {
  const HOUR = 3_600_000;
  it.each([
    ['within a day', '2026-11-23T10:00:00+02:00', 2, '2026-11-23T12:00'],
    ['over night', '2026-11-23T16:00:00+02:00', 2, '2026-11-24T10:00'],
    ['over a weekend', '2026-11-27T16:00:00+02:00', 2, '2026-11-30T10:00'],
    ['from the evening', '2026-11-23T20:00:00+02:00', 1, '2026-11-24T10:00'],
    ['over holidays', '2026-12-23T16:30:00+02:00', 1, '2026-12-28T09:30'],
    ['two days and a half', '2026-11-23T09:00:00+02:00', 20, '2026-11-25T13:00'],
    ['to the very end of a day', '2026-11-23T09:00:00+02:00', 8, '2026-11-23T17:00'],
    ['over the end of summer time', '2026-10-23T16:00:00+03:00', 2, '2026-10-26T10:00'],
    ['over its beginning', '2026-03-27T16:00:00+02:00', 2, '2026-03-30T10:00'],
    ['from the hour that comes twice', '2026-10-25T03:30:00+02:00', 1, '2026-10-26T10:00'],
    ['late in the evening elsewhere, next day in the shop', '2026-11-23T23:30:00Z', 1, '2026-11-24T10:00'],
  ])('%s', (_, from, hours, until) => {
    expect(shown(addWorkingTime(at(from), hours * HOUR, HELSINKI, calendar))).toBe(until);
  });
});

describe('a day', () => {
  it.each([
    ['2026-12-31', '2026-12-31T22:00:00.000Z'],
    ['2026-07-01', '2026-07-01T21:00:00.000Z'],
    ['2026-10-25', '2026-10-25T22:00:00.000Z'],
    ['2026-03-29', '2026-03-29T21:00:00.000Z'],
  ])('%s is over at midnight on the shop’s clock, and is told from it again', (day, end) => {
    const at = endOfDay(day, HELSINKI) ?? 0;
    expect([new Date(at).toISOString(), dayAt(at - 1, HELSINKI)]).toEqual([end, day]);
  });

  it.each(['2026-02-30', '2026-13-01', '31.12.2026', '2026-12-31T10:00', '0', ''])('%j is none', (text) => {
    expect(endOfDay(text, HELSINKI)).toBeNull();
  });
});

describe('quiet hours', () => {
  const night = { from: '20:00', until: '07:00' };
  const lunch = { from: '12:00', until: '13:00' };
  it.each([
    [night, '2026-11-23T19:59:00+02:00', '2026-11-23T19:59'],
    [night, '2026-11-23T20:00:00+02:00', '2026-11-24T07:00'],
    [night, '2026-11-23T03:00:00+02:00', '2026-11-23T07:00'],
    [night, '2026-11-23T07:00:00+02:00', '2026-11-23T07:00'],
    [lunch, '2026-11-23T12:30:00+02:00', '2026-11-23T13:00'],
    [lunch, '2026-11-23T13:00:00+02:00', '2026-11-23T13:00'],
    [night, '2026-03-28T22:00:00+02:00', '2026-03-29T07:00'],
    [night, '2026-10-24T22:00:00+03:00', '2026-10-25T07:00'],
  ])('%j at %s', (quiet, from, until) => {
    expect(shown(afterQuiet(at(from), quiet, HELSINKI))).toBe(until);
  });
});
