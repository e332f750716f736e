import express, { type ErrorRequestHandler, type Express, type Request, type RequestHandler } from 'express';
import helmet from 'helmet';
import type { PushTokens, ReadBounces } from '../ports.ts';
import type { Desk } from '../steps/desk.ts';
import { shopNameOf } from '../steps/shop-name.ts';
import { traceOf } from '../steps/trace-of.ts';
import { bounceMail } from './bounce-mail.ts';
import { customerPage } from './customer-page.ts';
import { decisionPage } from './decision-page.ts';
import { textsOf } from './form-texts.ts';
import { health } from './health.ts';
import { intakeWebhook } from './intake-webhook.ts';
import { limitRefusals } from './limit-refusals.ts';
import { createHttpDurations, type MetricsOptions, metrics, noteDurations } from './metrics.ts';
import { pubsubPush } from './pubsub-push.ts';
import { queuePage } from './queue-page.ts';
import { requestPage } from './request-page.ts';
import { PageError, sameOriginOnly } from './same-origin.ts';
import { refIn } from './session-cookie.ts';
import { shopifyWebhook } from './shopify-webhook.ts';
import { signInPage } from './sign-in-page.ts';
import { staffPage } from './staff-page.ts';
import { noteUntrustedProxy } from './untrusted-proxy.ts';

export interface WebOptions {
  /** Addresses and networks that may tell whose request it is. */
  readonly trustedProxies: readonly string[];
  readonly webhookSecrets: readonly string[];
  readonly shopifyWebhookSecrets: readonly string[];
  /** null: no push is taken. */
  readonly pushTokens: PushTokens | null;
  readonly readBounces: ReadBounces;
  /** templates/pages/style.css */
  readonly styleFile: string;
  /** What the shop's colour adds to it. */
  readonly brandStyle: string;
  /** Address of the shop's logo. */
  readonly logo: string | null;
  readonly metrics: MetricsOptions;
}

/** Called by programs, which get JSON. */
const MACHINES = /^(?:\/[^/]+)*\/(?:intake|hooks)\//;

/** Pages with forms, or behind a key. */
const PEOPLE = ['/d', '/r', '/sign-in', '/sign-out', '/requests', '/queue', '/queue.csv', '/staff'];

export function createApp(desk: Desk, options: WebOptions): Express {
  const root = express();
  root.disable('x-powered-by');
  root.set('trust proxy', options.trustedProxies);
  const app = express.Router();
  // A proxy may take BASE_URL's path off or leave it on.
  const basePath = basePathOf(desk.baseUrl);
  if (basePath) root.use(basePath, app);
  root.use(app);
  const durations = createHttpDurations();
  app.use(logRequests(desk), noteDurations(durations), noteUntrustedProxy(desk));
  app.use(securityHeaders(desk.baseUrl, options.logo), keptByNobody);
  app.use(health(desk), metrics(desk, durations, options.metrics));
  app.use(intakeWebhook(desk, options.webhookSecrets), pubsubPush(desk, options.pushTokens));
  app.use(bounceMail(desk, options.webhookSecrets, options.readBounces));
  app.use(shopifyWebhook(desk, options.shopifyWebhookSecrets));
  app.get('/style.css', (_req, res) => {
    res.set('Cache-Control', 'public, max-age=3600').sendFile(options.styleFile);
  });
  app.get('/brand.css', (_req, res) => {
    res.set('Cache-Control', 'public, max-age=3600').type('css').send(options.brandStyle);
  });
  app.get('/', async (req, res) => {
    res.send(desk.renderer.page('home', localeOf(desk, req), { shopName: await shopNameOf(desk) }));
  });
  app.use(PEOPLE, limitRefusals(), sameOriginOnly(desk.baseUrl));
  app.use(
    decisionPage(desk),
    customerPage(desk),
    signInPage(desk),
    requestPage(desk),
    queuePage(desk),
    staffPage(desk),
  );
  root.use((_req, _res, next) => next(new PageError(404, 'not_found')));
  root.use(showError(desk));
  return root;
}

/** "https://shop.example/desk" → "/desk", without a path "". */
export function basePathOf(baseUrl: string): string {
  return new URL(baseUrl).pathname.replace(/\/+$/, '');
}

function securityHeaders(baseUrl: string, logo: string | null): RequestHandler {
  const secure = baseUrl.startsWith('https:');
  return helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'none'"],
        styleSrc: ["'self'"],
        // Pictures of the order's lines, and the shop's logo; nothing else of another host is ever loaded.
        imgSrc: ["'self'", 'https://cdn.shopify.com', ...(logo ? [new URL(logo).origin] : [])],
        formAction: ["'self'"],
        baseUri: ["'none'"],
        objectSrc: ["'none'"],
        frameAncestors: ["'none'"],
      },
    },
    // The address of a page is its key: it goes to nobody else. "no-referrer" would make a form's Origin "null".
    referrerPolicy: { policy: 'same-origin' },
    strictTransportSecurity: secure ? { maxAge: 31_536_000, includeSubDomains: true } : false,
    xFrameOptions: { action: 'deny' },
    crossOriginEmbedderPolicy: false,
  });
}

/** Neither a cache nor a search engine; the style sheet says otherwise for itself. */
const keptByNobody: RequestHandler = (_req, res, next) => {
  res.set({ 'Cache-Control': 'no-store', 'X-Robots-Tag': 'noindex' });
  next();
};

/** The route's pattern, never the address: that holds the token. */
function logRequests(desk: Desk): RequestHandler {
  return (req, res, next) => {
    const started = performance.now();
    res.on('finish', () => {
      const route: unknown = req.route?.path ?? 'none';
      const ms = Math.round(performance.now() - started);
      desk.log.info({ method: req.method, route, status: res.statusCode, ms }, 'request');
    });
    next();
  };
}

function showError(desk: Desk): ErrorRequestHandler {
  // Express knows an error handler by its four parameters.
  return async (error: unknown, req, res, _next) => {
    const { status, code } = classify(desk, error);
    if (status >= 500) desk.log.error({ error: traceOf(error) }, 'request failed');
    if (res.headersSent) {
      res.end();
      return;
    }
    if (MACHINES.test(req.path)) {
      res.status(status).json({ error: desk.renderer.sentence(`error.${code}`, 'en'), code });
      return;
    }
    const context = {
      shopName: await shopNameOf(desk),
      code,
      kept: KEEPS_TEXTS.includes(code) ? textsIn(req.body) : [],
      signIn: code === 'signed_out' ? `${desk.baseUrl}/sign-in${refInPath(req.path)}` : null,
    };
    const page = code === 'link_dead' ? 'link-dead' : 'error';
    res.status(status).send(desk.renderer.page(page, localeOf(desk, req), context));
  };
}

/** What somebody wrote to somebody is not lost with a session or a link that ended meanwhile. */
const KEEPS_TEXTS = ['signed_out', 'link_dead', 'internal'];
const WRITTEN = ['reason', 'question', 'offer', 'instructions', 'answer', 'message', 'how'];

function textsIn(body: unknown): string[] {
  const texts = textsOf(body);
  return WRITTEN.map((name) => texts[name]?.trim() ?? '').filter((text) => text !== '');
}

function refInPath(path: string): string {
  const ref = refIn(path.split('/').at(-1)?.toUpperCase());
  return ref ? `?ref=${ref}` : '';
}

/** Who comes without a link, or meets an error, is known by nothing but their browser. */
function localeOf({ renderer, defaultLocale }: Desk, req: Request): string {
  const wanted = req.get('accept-language') ? req.acceptsLanguages() : [];
  return wanted.map((one) => renderer.bestLocale(one)).find((one) => one !== null) ?? defaultLocale;
}

function classify({ store }: Desk, error: unknown): { status: number; code: string } {
  if (error instanceof PageError) return { status: error.status, code: error.code };
  const status = Number((error as { status?: unknown } | null)?.status);
  if (status === 413) return { status, code: 'too_large' };
  if (status >= 400 && status < 500) return { status, code: 'bad_request' };
  return { status: store.isAway(error) ? 503 : 500, code: 'internal' };
}
