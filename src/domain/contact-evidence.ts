/** Does what the customer says of themselves agree with the order? Never more than evidence: anybody can type an address. */
import { domainToASCII } from 'node:url';
import parsePhoneNumber, { type CountryCode } from 'libphonenumber-js/min';
import { readEmailAddress } from './email-address.ts';
import { foldText } from './fold-text.ts';
import { isOneSlipApart } from './order-reference.ts';

/** agrees and differs are plain; near: a typing slip or an alias; unknown: one side doesn't say. */
export type Verdict = 'agrees' | 'near' | 'differs' | 'unknown';

const GMAIL = new Set(['gmail.com', 'googlemail.com']);

export function compareEmail(given: string | null, found: string | null): Verdict {
  const [mine, theirs] = [readEmailAddress(given), readEmailAddress(found)];
  if (!mine || !theirs) return 'unknown';
  if (mine === theirs || mailboxOf(mine) === mailboxOf(theirs)) return 'agrees';
  const [a, b] = [split(mine), split(theirs)];
  const sameLocal = a.local === b.local || withoutTag(a.local) === withoutTag(b.local);
  if (sameLocal && (a.domain === b.domain || isOneSlipApart(a.domain, b.domain) || swappedEnding(a.domain, b.domain)))
    return 'near';
  return a.domain === b.domain && a.local.length > 3 && isOneSlipApart(a.local, b.local) ? 'near' : 'differs';
}

/** Consumer Gmail ignores dots and tags; nobody else may be assumed to. */
function mailboxOf(address: string): string {
  const { local, domain } = split(address);
  return GMAIL.has(domain) ? `${withoutTag(local).replaceAll('.', '')}@gmail.com` : address;
}

/** "gmail.con" for "gmail.com": phone keyboards. */
function swappedEnding(a: string, b: string): boolean {
  const [left, right] = [a, b].map((domain) => domain.slice(0, domain.lastIndexOf('.')));
  return left === right && left !== '' && [a, b].some((domain) => /\.(?:con|cim|comm|vom|cpm|om|co|cm)$/u.test(domain));
}

function split(address: string): { local: string; domain: string } {
  const at = address.lastIndexOf('@');
  return { local: address.slice(0, at), domain: domainToASCII(address.slice(at + 1)) };
}

function withoutTag(local: string): string {
  return local.replace(/\+.*$/u, '');
}

/** @param country of the order: where a national number is at home */
export function comparePhone(given: string | null, found: readonly (string | null)[], country: string | null): Verdict {
  const mine = toE164(given, country);
  const theirs = found.map((phone) => toE164(phone, country)).filter((phone) => phone !== null);
  if (!mine || theirs.length === 0) return 'unknown';
  return theirs.includes(mine) ? 'agrees' : 'differs';
}

function toE164(text: string | null, country: string | null): string | null {
  if (!text || text.length > 100) return null;
  try {
    const parsed = parsePhoneNumber(text, (country ?? undefined) as CountryCode | undefined);
    return parsed?.isPossible() ? parsed.number : null;
  } catch {
    return null;
  }
}

/** Case, accents, order and punctuation don't count; a missing middle name neither. */
export function compareName(given: string | null, found: readonly (string | null)[]): Verdict {
  const mine = wordsOf(given);
  const theirs = found.map(wordsOf).filter((words) => words.length > 0);
  if (mine.length === 0 || theirs.length === 0) return 'unknown';
  if (theirs.some((words) => sameWords(mine, words))) return 'agrees';
  return theirs.some((words) => words.some((word) => word.length > 2 && mine.includes(word))) ? 'near' : 'differs';
}

function sameWords(a: readonly string[], b: readonly string[]): boolean {
  const [few, many] = a.length <= b.length ? [a, b] : [b, a];
  return few.length >= 2 ? few.every((word) => many.includes(word)) : few.length === many.length && few[0] === many[0];
}

function wordsOf(name: string | null): string[] {
  return foldText(name ?? '')
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word.length > 1);
}

export function comparePostcode(given: string | null, found: readonly (string | null)[]): Verdict {
  const plain = (code: string | null) =>
    (code ?? '')
      .normalize('NFKC')
      .toUpperCase()
      .replace(/[^A-Z0-9]/gu, '');
  const mine = plain(given).replace(/^(?:FI|SE|DE|FR|ES|F|D|S)(?=\d)/u, '');
  const theirs = found.map(plain).filter(Boolean);
  if (mine === '' || theirs.length === 0) return 'unknown';
  return theirs.includes(mine) ? 'agrees' : 'differs';
}
