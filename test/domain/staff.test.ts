/** Who is asked and who may approve, when some are away. */
import { describe, expect, it } from 'vitest';
import { approversAmong, presentOf, type StaffMember } from '../../src/domain/staff.ts';

const NOW = 1_000;
/** "sam>kim": Sam is away and Kim stands in; "sam>": away without anybody. */
function listOf(...words: string[]): StaffMember[] {
  return words.map((word) => {
    const [email = '', standIn] = word.split('>');
    const awayUntil = standIn === undefined ? null : NOW + 1;
    return { email, role: 'decide', active: true, awayUntil, standIn: standIn || null };
  });
}
const emails = (members: readonly StaffMember[]) => members.map(({ email }) => email).join(' ');

describe('who gets what is meant for Sam', () => {
  it.each([
    ['Sam, who is here', ['sam', 'kim'], 'sam'],
    ['who stands in', ['sam>kim', 'kim'], 'kim'],
    ['who stands in for whoever stands in', ['sam>kim', 'kim>boss', 'boss'], 'boss'],
    ['Sam all the same, where two stand in for each other', ['sam>kim', 'kim>sam'], 'sam'],
    ['Sam all the same, where somebody stands in for themselves', ['sam>sam'], 'sam'],
    ['Sam all the same, where nobody stands in', ['sam>', 'kim'], 'sam'],
    ['Sam all the same, where the chain ends with somebody unknown', ['sam>kim', 'kim>gone'], 'sam'],
  ])('%s', (_, words, expected) => {
    const list = listOf(...words);
    expect(emails(presentOf(list.slice(0, 1), list, NOW))).toBe(expected);
  });

  it('is one mail where the stand-in was to get one anyway', () => {
    const list = listOf('sam>kim', 'kim');
    expect(emails(presentOf(list, list, NOW))).toBe('kim');
  });

  it('is not for a stand-in who may only look', () => {
    const list = listOf('sam>kim', 'kim').map(
      (one): StaffMember => (one.email === 'kim' ? { ...one, role: 'view' } : one),
    );
    expect(emails(presentOf(list.slice(0, 1), list, NOW))).toBe('sam');
  });

  it('is Sam’s again from the moment on that Sam is back', () => {
    const list = listOf('sam>kim', 'kim');
    expect(emails(presentOf(list.slice(0, 1), list, NOW + 1))).toBe('sam');
  });
});

describe('who may approve', () => {
  it.each([
    ['everybody, where a rule names nobody', [], [], ['sam', 'kim'], 'sam kim'],
    ['whom a rule names', ['sam'], [], ['sam', 'kim'], 'sam'],
    ['who stands in too, along the chain', ['sam'], [], ['sam>kim', 'kim>boss', 'boss', 'eve'], 'sam boss'],
    ['whom it escalates to', ['sam'], ['boss'], ['sam', 'boss', 'eve'], 'sam boss'],
    ['who stands in for whom it escalates to', ['sam'], ['boss'], ['sam', 'boss>kim', 'kim', 'eve'], 'sam boss kim'],
    ['everybody, where those whom a rule names are gone', ['gone'], [], ['sam', 'kim'], 'sam kim'],
  ])('%s', (_, people, escalate, words, expected) => {
    expect(emails(approversAmong(listOf(...words), { people, approvals: 1 }, escalate, NOW))).toBe(expected);
  });
});
