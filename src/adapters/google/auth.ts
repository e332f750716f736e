/** Credentials for Forms and Sheets: a service account, a person's OAuth, or what the machine itself has. */
import { readFileSync } from 'node:fs';
import { GoogleAuth, gaxios, JWT, OAuth2Client } from 'google-auth-library';
import { OutsideError } from '../../domain/outside-error.ts';

export type GoogleAuthSettings =
  | { readonly kind: 'service_account'; readonly keyFile: string }
  | { readonly kind: 'oauth'; readonly clientId: string; readonly clientSecret: string; readonly refreshToken: string }
  | { readonly kind: 'default' };

export type GoogleCredentials = JWT | OAuth2Client | GoogleAuth;

/** The least that reads a form, its responses and a sheet. */
const SCOPES = [
  'https://www.googleapis.com/auth/forms.body.readonly',
  'https://www.googleapis.com/auth/forms.responses.readonly',
  'https://www.googleapis.com/auth/spreadsheets.readonly',
];

/** Where tokens come from, and the keys to check others' with. */
const OWN_ORIGINS = ['https://oauth2.googleapis.com', 'https://www.googleapis.com'];
const TIMEOUT_MS = 20_000;

/** @param apiOrigin replaces the token endpoint's origin too (the library ignores a key file's token_uri) */
export function createGoogleAuth(
  settings: GoogleAuthSettings,
  apiOrigin: string | null,
  requestTimeout = TIMEOUT_MS,
): GoogleCredentials {
  const transporter = createTransporter(apiOrigin, requestTimeout);
  switch (settings.kind) {
    case 'service_account': {
      const { email, key } = readKey(settings.keyFile);
      return new JWT({ email, key, scopes: SCOPES, transporter });
    }
    case 'oauth': {
      const { clientId, clientSecret, refreshToken } = settings;
      const client = new OAuth2Client({ clientId, clientSecret, transporter });
      client.setCredentials({ refresh_token: refreshToken });
      return client;
    }
    case 'default':
      return new GoogleAuth({ scopes: SCOPES, clientOptions: { transporter } });
  }
}

function readKey(keyFile: string): { email: string; key: string } {
  let parsed: { client_email?: unknown; private_key?: unknown };
  try {
    parsed = JSON.parse(readFileSync(keyFile, 'utf8'));
  } catch {
    throw new OutsideError(
      'google',
      'denied',
      // Not its name: some put the key itself there.
      "The key file that GOOGLE_APPLICATION_CREDENTIALS names can't be read as JSON",
    );
  }
  const { client_email: email, private_key: key } = parsed;
  if (typeof email !== 'string' || typeof key !== 'string') {
    throw new OutsideError(
      'google',
      'denied',
      'What GOOGLE_APPLICATION_CREDENTIALS names is not a service account key: client_email or private_key is missing',
    );
  }
  return { email, key };
}

/** Without a time-out of its own, a token call that is never answered would hold a poll for good. */
export function createTransporter(apiOrigin: string | null, timeout: number): gaxios.Gaxios {
  const transporter = new gaxios.Gaxios({
    timeout,
    fetchImplementation: (input, init) => {
      const url = new URL(input instanceof Request ? input.url : String(input));
      return fetch(apiOrigin && OWN_ORIGINS.includes(url.origin) ? apiOrigin + url.pathname + url.search : url, init);
    },
  });
  // The token call asks for retries by itself, which ignore Retry-After; the next poll is our retry.
  transporter.interceptors.request.add({
    resolved: (config) => {
      delete config.retryConfig;
      return Promise.resolve(config);
    },
  });
  return transporter;
}
