/** Reads the one address a person meant. What was typed is a claim; see match.ts for what it proves. */
import { domainToASCII } from 'node:url';

const BARE = /^[^\s@<>(),;:"\\[\]\p{Cc}]{1,64}@[^\s@<>(),;:"\\[\]\p{Cc}]{1,253}$/u;

/** After toASCII, which lets through what no host is called, such as "a.b+c". */
const DOMAIN = /^[a-z0-9-]+(?:\.[a-z0-9-]+)+$/;

/**
 * "Ana <mailto:ANA@Example.com>," → "ana@example.com"; null when there is no address or more than one.
 * The result is one bare address of at most 254 characters, safe for a mail envelope: no spaces, brackets or control
 * characters, the domain in ASCII.
 */
export function readEmailAddress(text: string | null): string | null {
  if (!text || text.length > 2000) return null;
  const found = text
    .normalize('NFKC')
    .replace(/[\u200B-\u200D\u2060\uFEFF]/g, '')
    .split(/[\s<>,;"']+/u)
    .map((part) => part.replace(/^mailto:/iu, '').replace(/[.:]+$/u, ''))
    .filter((part) => part.includes('@'));
  const addresses = new Set(found.map(toBareAddress));
  const [only] = addresses;
  return addresses.size === 1 && only ? only : null;
}

function toBareAddress(part: string): string | null {
  if (!BARE.test(part)) return null;
  const at = part.lastIndexOf('@');
  const domain = domainToASCII(part.slice(at + 1).toLowerCase());
  const address = `${part.slice(0, at).toLowerCase()}@${domain}`;
  return DOMAIN.test(domain) && address.length <= 254 ? address : null;
}

/** Both name the same mailbox. Case and the domain's script don't count; nothing else is guessed. */
export function sameAddress(a: string, b: string): boolean {
  const [left, right] = [readEmailAddress(a), readEmailAddress(b)];
  return left !== null && left === right;
}
