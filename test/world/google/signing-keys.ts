/** Google's and the service account's keys. They take long to make, so all worlds of a process share them. */
import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';

export interface SigningKeys {
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
}
const WHOSE = ['account', 'push'] as const;
type Whose = (typeof WHOSE)[number];

/** All processes that are started after `shareSigningKeys` find them there. */
const SHARED = 'CANCEL_DESK_WORLD_KEYS';
const made = new Map<Whose, SigningKeys>();

export function signingKeys(whose: Whose): SigningKeys {
  const keys = made.get(whose) ?? sharedKeys(whose) ?? makeKeys();
  made.set(whose, keys);
  return keys;
}

export function shareSigningKeys(): void {
  const all = WHOSE.map((whose) => [whose, signingKeys(whose).privateKey.export({ type: 'pkcs8', format: 'pem' })]);
  process.env[SHARED] = JSON.stringify(Object.fromEntries(all));
}

function sharedKeys(whose: Whose): SigningKeys | null {
  const shared = process.env[SHARED];
  if (!shared) return null;
  const privateKey = createPrivateKey((JSON.parse(shared) as Record<Whose, string>)[whose]);
  return { privateKey, publicKey: createPublicKey(privateKey) };
}

function makeKeys(): SigningKeys {
  return generateKeyPairSync('rsa', { modulusLength: 2048 });
}
