/**
 * Foreign errors of Google's client, wrapped once. Only selected fields are kept, and the error itself is not the cause:
 * it holds the request, with the refresh token in plain text.
 */
import { OutsideError, type OutsideFault } from '../../domain/outside-error.ts';

interface GaxiosLike {
  readonly status?: number;
  readonly code?: string | number;
  readonly message?: string;
  readonly response?: { readonly headers?: Headers; readonly data?: unknown };
}

/** @param what of the sentence "WHAT: …", such as "The form" */
export function wrapGoogleError(error: unknown, what: string): OutsideError {
  if (error instanceof OutsideError) return error;
  const { status, code, message = '', response } = error as GaxiosLike;
  const [fault, sentence] = judge(status, code, `${message} ${reasonsIn(response?.data)}`);
  const retryAfter = readRetryAfter(response?.headers?.get?.('retry-after') ?? '');
  return new OutsideError('google', fault, `${what}: ${sentence}`, retryAfter > 0 ? { retryAfter } : {});
}

/** Seconds or a date → milliseconds; NaN when there is none. */
function readRetryAfter(header: string): number {
  return /^\d+$/.test(header) ? Number(header) * 1000 : Date.parse(header) - Date.now();
}

function judge(status: number | undefined, code: string | number | undefined, said: string): [OutsideFault, string] {
  if (/invalid_grant/.test(said)) {
    return [
      'denied',
      'the credentials are no longer valid (invalid_grant); make new ones. A consent screen in "Testing" ends them after 7 days',
    ];
  }
  if (/Could not load the default credentials/.test(said)) {
    return [
      'denied',
      'there are no credentials; set GOOGLE_APPLICATION_CREDENTIALS, or the three GOOGLE_… OAuth settings',
    ];
  }
  if (status === undefined && /^ERR_(OSSL|CRYPTO)/.test(String(code))) {
    return ['denied', `the private key in the file of GOOGLE_APPLICATION_CREDENTIALS can't be used (${code})`];
  }
  if (
    status === 429 ||
    (status === 403 && /rateLimitExceeded|userRateLimitExceeded|RESOURCE_EXHAUSTED|quotaExceeded/.test(said))
  ) {
    return ['throttled', 'Google asks to slow down'];
  }
  if (status === 401) return ['denied', 'Google refuses the credentials (401); make new ones'];
  if (status === 403) {
    return [
      'denied',
      'no access (403); share it with the address of the service account, and switch the API on in the Google Cloud project',
    ];
  }
  if (status === 404)
    return ['denied', 'not found (404); check its id, and share it with the account of the credentials'];
  if (status === 400) return ['rejected', 'Google does not understand the request (400)'];
  if (status !== undefined) return ['unreachable', `Google answered HTTP ${status}`];
  return ['unreachable', `Google does not answer (${code ?? 'no answer'})`];
}

function reasonsIn(data: unknown): string {
  return typeof data === 'string' ? data.slice(0, 2_000) : JSON.stringify(data ?? '').slice(0, 2_000);
}
