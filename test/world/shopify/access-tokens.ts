/** The client credentials grant, and which tokens are good. */
import { randomBytes } from 'node:crypto';
import express, { type Response, type Router } from 'express';
import { Faults } from '../faults.ts';

const LIVES_SECONDS = 86_399;

/** What the token endpoint can have against an app whose id and secret are right. */
export type TokenFault = 'shop_not_permitted' | 'app_not_installed' | 'http_500' | 'timeout' | 'reset';

export interface AccessTokensOptions {
  readonly now: () => number;
  /** Good for ever, like that of an app made in the admin. */
  readonly accessToken: string;
  readonly clientId: string | null;
  readonly clientSecret: string | null;
  readonly scopes: readonly string[];
  readonly seed?: number | undefined;
}

export class AccessTokens {
  readonly router: Router = express.Router();
  readonly faults: Faults<TokenFault>;
  readonly #options: AccessTokensOptions;
  readonly #until = new Map<string, number>();

  constructor(options: AccessTokensOptions) {
    this.#options = options;
    this.faults = new Faults<TokenFault>(options.seed);
    this.#until.set(options.accessToken, Number.POSITIVE_INFINITY);
    this.router.post('/admin/oauth/access_token', express.urlencoded({ extended: false }), (req, res) => {
      const fault = this.faults.strike('access_token');
      if (fault === 'reset') req.socket.destroy();
      else if (fault === 'http_500') res.status(500).send('<html>Something went wrong</html>');
      else if (fault !== 'timeout') this.#answer((req.body ?? {}) as Record<string, unknown>, fault, res);
    });
  }

  isGood(token: string | undefined): boolean {
    return (this.#until.get(token ?? '') ?? 0) > this.#options.now();
  }

  /** Refuses every token given out so far. */
  expireAll(): void {
    this.#until.clear();
  }

  #answer(
    body: Record<string, unknown>,
    fault: 'shop_not_permitted' | 'app_not_installed' | null,
    res: Response,
  ): void {
    const { clientId, clientSecret, scopes, now } = this.#options;
    const isKnown = clientId !== null && body.client_id === clientId && body.client_secret === clientSecret;
    if (body.grant_type !== 'client_credentials') res.status(400).json({ error: 'unsupported_grant_type' });
    else if (!isKnown) {
      res.status(400).json({ error: 'invalid_client', error_description: 'Client authentication failed' });
    } else if (fault === 'shop_not_permitted') {
      // Seen as prose in the wild, not as JSON; whether always is not known.
      refuse(res, 'shop_not_permitted: Client credentials cannot be performed on this shop.');
    } else if (fault === 'app_not_installed') {
      refuse(res, 'app_not_installed: The app is not installed on this shop.');
    } else {
      const token = `shpat_${randomBytes(16).toString('hex')}`;
      this.#until.set(token, now() + LIVES_SECONDS * 1000);
      res.json({ access_token: token, scope: scopes.join(','), expires_in: LIVES_SECONDS });
    }
  }
}

function refuse(res: Response, text: string): void {
  res.status(400).send(`<html><body>Oauth error ${text}</body></html>`);
}
