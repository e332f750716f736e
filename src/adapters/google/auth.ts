/** Credentials for Forms and Sheets: a service account, a person's OAuth, or what the machine itself has. */
import { readFileSync } from 'node:fs';
import { GoogleAuth, JWT, OAuth2Client } from 'google-auth-library';
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

/** @param apiOrigin replaces the token endpoint's origin too (the library ignores a key file's token_uri) */
export function createGoogleAuth(settings: GoogleAuthSettings, apiOrigin: string | null): GoogleCredentials {
  switch (settings.kind) {
    case 'service_account': {
      const { email, key } = readKey(settings.keyFile);
      const redirect = apiOrigin ? { transporterOptions: { fetchImplementation: fetchFrom(apiOrigin) } } : {};
      return new JWT({ email, key, scopes: SCOPES, ...redirect });
    }
    case 'oauth': {
      const { clientId, clientSecret, refreshToken } = settings;
      const client = new OAuth2Client({
        clientId,
        clientSecret,
        ...(apiOrigin ? { endpoints: { oauth2TokenUrl: `${apiOrigin}/token` } } : {}),
      });
      client.setCredentials({ refresh_token: refreshToken });
      return client;
    }
    case 'default':
      return new GoogleAuth({ scopes: SCOPES });
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
      `The key file "${keyFile}" of GOOGLE_APPLICATION_CREDENTIALS can't be read as JSON`,
    );
  }
  const { client_email: email, private_key: key } = parsed;
  if (typeof email !== 'string' || typeof key !== 'string') {
    throw new OutsideError(
      'google',
      'denied',
      `The key file "${keyFile}" is not a service account key: client_email or private_key is missing`,
    );
  }
  return { email, key };
}

function fetchFrom(origin: string): typeof fetch {
  return (input, init) => {
    const url = new URL(input instanceof Request ? input.url : String(input));
    return fetch(origin + url.pathname + url.search, init);
  };
}
