/** A token of the Admin API: given once, or fetched by the client credentials grant and renewed before it ends. */
import { OutsideError } from '../../domain/outside-error.ts';

export type ShopifyAuth =
  | { readonly kind: 'token'; readonly accessToken: string }
  | { readonly kind: 'client_credentials'; readonly clientId: string; readonly clientSecret: string };

export interface AccessToken {
  get(): Promise<string>;
  /** After a 401: the next get() asks for a new one. False: there is no way to get another. */
  renew(refused: string): boolean;
}

const RENEW_BEFORE_MS = 10 * 60_000;
const TIMEOUT_MS = 15_000;

/** What Shopify says → the next thing to click. */
const ADVICE: Record<string, string> = {
  app_not_installed: 'the app is not installed on this shop; install it from the Dev Dashboard',
  shop_not_permitted: 'the app belongs to another organization than the shop; make it in the shop’s own Dev Dashboard',
  invalid_client: 'SHOPIFY_CLIENT_ID or SHOPIFY_CLIENT_SECRET is wrong; copy both again from the app’s settings',
  application_cannot_be_found: 'SHOPIFY_CLIENT_ID is wrong; copy it again from the app’s settings',
};

export function createAccessToken(auth: ShopifyAuth, origin: string, now: () => number): AccessToken {
  if (auth.kind === 'token') return { get: () => Promise.resolve(auth.accessToken), renew: () => false };
  let current: { token: string; until: number } | null = null;
  let asking: Promise<string> | null = null;

  async function grant(clientId: string, clientSecret: string): Promise<string> {
    const body = new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: clientId,
      client_secret: clientSecret,
    });
    const response = await ask(`${origin}/admin/oauth/access_token`, body);
    const text = await readText(response);
    if (!response.ok) throw refusal(response.status, text);
    const answer = parseObject(text);
    const { access_token: token, expires_in: seconds } = answer;
    if (typeof token !== 'string' || typeof seconds !== 'number') {
      throw new OutsideError(
        'shopify',
        'unreachable',
        'The token endpoint gave an answer without access_token and expires_in',
      );
    }
    current = { token, until: now() + seconds * 1000 - RENEW_BEFORE_MS };
    return token;
  }

  return {
    get() {
      if (current && current.until > now()) return Promise.resolve(current.token);
      // However many callers wait, one grant is asked for.
      asking ??= grant(auth.clientId, auth.clientSecret).finally(() => {
        asking = null;
      });
      return asking;
    },
    renew(refused) {
      if (current?.token === refused) current = null;
      return true;
    },
  };
}

async function ask(url: string, body: URLSearchParams): Promise<Response> {
  try {
    // Whoever is redirected to would be handed the secret.
    return await fetch(url, { method: 'POST', body, redirect: 'manual', signal: AbortSignal.timeout(TIMEOUT_MS) });
  } catch (cause) {
    throw new OutsideError('shopify', 'unreachable', 'The token endpoint does not answer', { cause });
  }
}

/** An answer that breaks off counts as one that says nothing. */
function readText(response: Response): Promise<string> {
  return response.text().catch(() => '');
}

function parseObject(text: string): Record<string, unknown> {
  try {
    const answer: unknown = JSON.parse(text);
    return typeof answer === 'object' && answer !== null ? (answer as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

/** Refusals come as JSON or as a page in prose ("Oauth error shop_not_permitted: …"): the code stands in either. */
function refusal(status: number, said: string): OutsideError {
  if (status === 429 || status >= 500) {
    return new OutsideError('shopify', 'unreachable', `The token endpoint answered HTTP ${status}`);
  }
  const known = Object.keys(ADVICE).find((code) => said.includes(code));
  const advice = known ? ADVICE[known] : 'check SHOPIFY_CLIENT_ID, SHOPIFY_CLIENT_SECRET and SHOPIFY_STORE_DOMAIN';
  return new OutsideError('shopify', 'denied', `No access token (HTTP ${status}): ${advice}`);
}
