/** Crockford's alphabet: no I, L, O, U, so that a reference survives being read out on the phone. */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

export const REF = new RegExp(`^CR-[${ALPHABET}]{7}$`);

/** "CR-7K2M9QX" out of seven random bytes. */
export function toRef(bytes: Uint8Array): string {
  return `CR-${Array.from(bytes.subarray(0, 7), (byte) => ALPHABET[byte % 32]).join('')}`;
}
