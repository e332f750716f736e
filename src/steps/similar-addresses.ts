import { compareEmail } from '../domain/contact-evidence.ts';
import { sameAddress } from '../domain/email-address.ts';
import type { Desk } from './desk.ts';

/**
 * Other addresses that may be the same person's: another tag, a typing slip, Gmail's dots. A hint for a person to judge by:
 * nothing is exported or erased for it.
 */
export async function similarAddresses({ store }: Pick<Desk, 'store'>, email: string): Promise<string[]> {
  const known = await store.records.privacy.knownAddresses();
  return known.filter((one) => !sameAddress(one, email) && LOOKS_ALIKE.includes(compareEmail(email, one)));
}

const LOOKS_ALIKE = ['agrees', 'near'];
