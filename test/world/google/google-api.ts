/** Google's token endpoint, Forms API and Sheets API over HTTP. */
import { createSign, createVerify, randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import express, { type Request, type Response, type Router } from 'express';
import { Faults } from '../faults.ts';
import { type FormOptions, FormState, type StoredResponse } from './form-state.ts';
import { signingKeys } from './signing-keys.ts';

export type GoogleFault =
  | 'http_429'
  | 'http_500'
  | 'http_503'
  | 'http_403'
  | 'reset'
  | 'invalid_grant'
  | 'duplicated'
  | 'garbled'
  | 'late';

export interface GoogleWorldOptions extends Partial<FormOptions> {
  readonly seed?: number;
  /** Responses on one page at most, whatever is asked. */
  readonly pageSize?: number;
}

export interface GoogleWorld {
  readonly router: Router;
  readonly form: FormState;
  readonly faults: Faults<GoogleFault>;
  readonly requests: { readonly path: string; readonly query: Record<string, unknown>; readonly outcome: string }[];
  readonly oauth: { readonly clientId: string; readonly clientSecret: string; readonly refreshToken: string };
  /** A Pub/Sub push's token, signed as Google does; claims given here replace its own. */
  signPush(claims?: Record<string, unknown>, header?: Record<string, unknown>): string;
  /** Writes a service account's key file that the token endpoint accepts. */
  writeKeyFile(path: string): void;
}

const ACCOUNT = 'desk@demo-project.iam.gserviceaccount.example';
/** Of the fault "late". */
const LATE_MS = 300;
const PUSH_KEY = 'push-key';
const AUDIENCE = 'https://oauth2.googleapis.com/token';

export function createGoogleWorld(options: GoogleWorldOptions = {}): GoogleWorld {
  const now = options.now ?? Date.now;
  const form = new FormState({ ...options, now });
  const faults = new Faults<GoogleFault>(options.seed);
  const requests: GoogleWorld['requests'] = [];
  const oauth = {
    clientId: 'demo-client',
    clientSecret: 'demo-secret',
    refreshToken: `1//${randomBytes(12).toString('hex')}`,
  };
  const granted = new Map<string, { until: number; scopes: string[] }>();
  const router = express.Router();

  router.post('/token', express.urlencoded({ extended: false }), (req, res) => {
    if (faults.strike('token') === 'invalid_grant') return refuseGrant(res);
    const body = req.body as Record<string, string>;
    const scopes = body.grant_type === 'refresh_token' ? checkRefresh(body) : checkAssertion(body.assertion ?? '');
    if (!scopes) return refuseGrant(res);
    const token = `ya29.${randomBytes(20).toString('base64url')}`;
    // By the machine's clock, which Google's library keeps tokens by, whatever the world's clock says.
    granted.set(token, { until: Date.now() + 3_600_000, scopes });
    res.json({ access_token: token, expires_in: 3_599, token_type: 'Bearer', scope: scopes.join(' ') });
  });

  router.get('/oauth2/v1/certs', (req, res) => {
    const fault = faults.strike(req.path);
    if (fault) return void res.status(503).send('<html>Error</html>');
    const pem = signingKeys('push').publicKey.export({ type: 'spki', format: 'pem' });
    res.set('Cache-Control', 'public, max-age=3600').json({ [PUSH_KEY]: pem });
  });

  function checkRefresh(body: Record<string, string>): string[] | null {
    const right =
      body.client_id === oauth.clientId &&
      body.client_secret === oauth.clientSecret &&
      body.refresh_token === oauth.refreshToken;
    return right ? ['forms.body.readonly', 'forms.responses.readonly', 'spreadsheets.readonly'] : null;
  }

  /** RS256 over header and claims, by the key of this account, for this endpoint, not expired. */
  function checkAssertion(assertion: string): string[] | null {
    const [header = '', claims = '', signature = ''] = assertion.split('.');
    const genuine = createVerify('RSA-SHA256')
      .update(`${header}.${claims}`)
      .verify(signingKeys('account').publicKey, signature, 'base64url');
    if (!genuine) return null;
    const { iss, aud, exp, scope } = JSON.parse(Buffer.from(claims, 'base64url').toString()) as Record<string, unknown>;
    const right = iss === ACCOUNT && aud === AUDIENCE && Number(exp) * 1000 > Date.now();
    return right
      ? String(scope)
          .split(' ')
          .map((one) => one.split('/').at(-1) ?? '')
      : null;
  }

  function api(scopes: readonly string[], handle: (req: Request, res: Response) => void) {
    return (req: Request, res: Response): void => {
      const fault = faults.strike(req.path);
      requests.push({ path: req.path, query: req.query, outcome: fault ?? 'ok' });
      const grant = granted.get((req.get('authorization') ?? '').replace(/^Bearer /, ''));
      const problem = problemOf(fault, grant, scopes);
      if (problem) sendError(res, ...problem);
      else if (fault === 'reset') req.socket.destroy();
      else if (fault === 'http_500' || fault === 'http_503')
        res.status(fault === 'http_500' ? 500 : 503).send('<html>Error</html>');
      else if (fault === 'garbled') res.type('json').send('{"responses":[{');
      else if (fault === 'late') setTimeout(() => handle(req, res), LATE_MS);
      else handle(req, res);
    };
  }

  type Problem = [code: number, status: string, message: string];

  function problemOf(
    fault: GoogleFault | null,
    grant: { until: number; scopes: string[] } | undefined,
    scopes: readonly string[],
  ): Problem | null {
    if (!grant || grant.until <= Date.now())
      return [401, 'UNAUTHENTICATED', 'Request had invalid authentication credentials.'];
    if (!scopes.some((scope) => grant.scopes.includes(scope))) {
      return [403, 'PERMISSION_DENIED', 'Request had insufficient authentication scopes.'];
    }
    if (fault === 'http_429') return [429, 'RESOURCE_EXHAUSTED', 'Quota exceeded.'];
    return fault === 'http_403' ? [403, 'PERMISSION_DENIED', 'The caller does not have permission'] : null;
  }
  const missing = (res: Response) => sendError(res, 404, 'NOT_FOUND', 'Requested entity was not found.');

  router.get(
    '/v1/forms/:formId',
    api(['forms.body.readonly', 'forms.body'], (req, res) => {
      if (req.params.formId !== form.formId) return missing(res);
      res.json({
        formId: form.formId,
        info: { title: form.title },
        settings: { emailCollectionType: form.emailCollectionType },
        linkedSheetId: form.spreadsheetId,
        items: form.questions.map(({ questionId, title, kind, options: values }, i) => ({
          itemId: `item${i}`,
          title,
          questionItem: {
            question: {
              questionId,
              ...(kind === 'choice'
                ? { choiceQuestion: { type: 'RADIO', options: (values ?? []).map((value) => ({ value })) } }
                : { textQuestion: { paragraph: kind === 'paragraph' } }),
            },
          },
        })),
      });
    }),
  );

  router.get(
    '/v1/forms/:formId/responses',
    api(['forms.responses.readonly'], (req, res) => {
      if (req.params.formId !== form.formId) return missing(res);
      const since = /^timestamp >=? ?(\S+)$/.exec(String(req.query.filter ?? ''))?.[1];
      const found = form.responses.filter((one) => !since || Date.parse(one.lastSubmittedTime) >= Date.parse(since));
      // No order is promised: the newest come first here, so that nobody relies on one.
      const all = [...found].reverse();
      const size = Math.min(Number(req.query.pageSize ?? 5_000), options.pageSize ?? 5_000);
      const start = Number(req.query.pageToken ?? 0);
      const page = all.slice(start, start + size);
      const twice = faults.strike('page') === 'duplicated' ? [...page, ...page] : page;
      res.json({
        ...(twice.length > 0 ? { responses: twice.map(toApi) } : {}),
        ...(start + size < all.length ? { nextPageToken: String(start + size) } : {}),
      });
    }),
  );

  router.get(
    '/v4/spreadsheets/:id',
    api(['spreadsheets.readonly', 'spreadsheets'], (req, res) => {
      if (req.params.id !== form.spreadsheetId) return missing(res);
      res.json({
        properties: { timeZone: form.timeZone, locale: 'fi_FI' },
        sheets: [{ properties: { title: 'Form Responses 1' } }],
      });
    }),
  );

  router.get(
    '/v4/spreadsheets/:id/values/:range',
    api(['spreadsheets.readonly', 'spreadsheets'], (req, res) => {
      if (req.params.id !== form.spreadsheetId) return missing(res);
      res.json({ range: req.params.range, majorDimension: 'ROWS', values: [form.header(), ...form.rows] });
    }),
  );

  return {
    router,
    form,
    faults,
    requests,
    oauth,
    signPush(claims = {}, header = {}) {
      const now = Math.floor(Date.now() / 1000);
      const own = { iss: 'https://accounts.google.com', iat: now, exp: now + 3_600, email_verified: true };
      const signed = [
        { alg: 'RS256', kid: PUSH_KEY, typ: 'JWT', ...header },
        { ...own, ...claims },
      ]
        .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
        .join('.');
      return `${signed}.${createSign('RSA-SHA256').update(signed).sign(signingKeys('push').privateKey, 'base64url')}`;
    },
    writeKeyFile(path) {
      const private_key = signingKeys('account').privateKey.export({ type: 'pkcs8', format: 'pem' });
      writeFileSync(
        path,
        JSON.stringify({
          type: 'service_account',
          client_email: ACCOUNT,
          private_key,
          private_key_id: 'demo',
          token_uri: AUDIENCE,
        }),
      );
    },
  };
}

function toApi(response: StoredResponse): object {
  const { respondentEmail, answers, ...stamps } = response;
  const given = Object.entries(answers).map(([questionId, values]) => [
    questionId,
    { questionId, textAnswers: { answers: values.map((value) => ({ value })) } },
  ]);
  return { ...stamps, ...(respondentEmail ? { respondentEmail } : {}), answers: Object.fromEntries(given) };
}

function sendError(res: Response, code: number, status: string, message: string): void {
  if (code === 429) res.set('Retry-After', '1');
  res.status(code).json({ error: { code, message, status } });
}

function refuseGrant(res: Response): void {
  res.status(400).json({ error: 'invalid_grant', error_description: 'Token has been expired or revoked.' });
}
