/** Who sent a Pub/Sub push: the OIDC token in it, verified with Google's own keys. */
import { OAuth2Client } from 'google-auth-library';
import type { PushTokens } from '../../ports.ts';
import { createTransporter } from './auth.ts';
import { wrapGoogleError } from './errors.ts';

export interface PushSettings {
  /** As the subscription has it. */
  readonly audience: string;
  /** E-mail address of the account that the subscription signs as. */
  readonly serviceAccount: string;
}

const ISSUERS = ['https://accounts.google.com', 'accounts.google.com'];
const TIMEOUT_MS = 10_000;
/** Google's are good for an hour. */
const LONGEST_LIFE_S = 2 * 60 * 60;

export function createPushTokens({ audience, serviceAccount }: PushSettings, apiOrigin: string | null): PushTokens {
  const client = new OAuth2Client({ transporter: createTransporter(apiOrigin, TIMEOUT_MS) });
  return {
    async isGenuine(token) {
      const { certs } = await client.getFederatedSignonCertsAsync().catch((error: unknown) => {
        throw wrapGoogleError(error, 'The list of keys');
      });
      try {
        const ticket = await client.verifySignedJwtWithCertsAsync(token, certs, audience, ISSUERS, LONGEST_LIFE_S);
        const { email, email_verified: verified } = ticket.getPayload() ?? {};
        return verified === true && email === serviceAccount;
      } catch {
        // The library's message repeats the token.
        return false;
      }
    },
  };
}
