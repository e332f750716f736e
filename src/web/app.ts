import express, { type ErrorRequestHandler, type Express, type RequestHandler } from 'express';
import { rateLimit } from 'express-rate-limit';
import helmet from 'helmet';
import type { Desk } from '../steps/desk.ts';
import { shopNameOf } from '../steps/shop-name.ts';
import { customerPage } from './customer-page.ts';
import { decisionPage } from './decision-page.ts';
import { health } from './health.ts';
import { intakeWebhook } from './intake-webhook.ts';
import { createHttpDurations, type MetricsOptions, metrics, noteDurations } from './metrics.ts';
import { queuePage } from './queue-page.ts';
import { requestPage } from './request-page.ts';
import { PageError, sameOriginOnly } from './same-origin.ts';
import { signInPage } from './sign-in-page.ts';
import { staffPage } from './staff-page.ts';

export interface WebOptions {
  readonly webhookSecrets: readonly string[];
  /** templates/pages/style.css */
  readonly styleFile: string;
  readonly metrics: MetricsOptions;
}

/** Refused page calls of one address in a minute: guessing links is hopeless, and not free. */
const REFUSALS_A_MINUTE = 60;

/** Pages that nobody may keep a copy of. */
const PRIVATE = ['/d', '/r', '/sign-in', '/sign-out', '/requests', '/queue', '/queue.csv', '/staff'];

export function createApp(desk: Desk, options: WebOptions): Express {
  const root = express();
  root.disable('x-powered-by');
  // A proxy on this machine may tell whose request it is; nobody else is believed.
  root.set('trust proxy', 'loopback');
  const app = express.Router();
  // A proxy may take BASE_URL's path off or leave it on.
  const basePath = basePathOf(desk.baseUrl);
  if (basePath) root.use(basePath, app);
  root.use(app);
  const durations = createHttpDurations();
  app.use(logRequests(desk), noteDurations(durations));
  app.use(health(desk), metrics(desk, durations, options.metrics));
  app.use(securityHeaders(desk.baseUrl));
  app.use(intakeWebhook(desk, options.webhookSecrets));
  app.get('/style.css', (_req, res) => {
    res.set('Cache-Control', 'public, max-age=3600').sendFile(options.styleFile);
  });
  app.get('/', async (_req, res) => {
    res.send(desk.renderer.page('home', desk.defaultLocale, { shopName: await shopNameOf(desk) }));
  });
  app.use(PRIVATE, limitRefusals(), sameOriginOnly(desk.baseUrl), (_req, res, next) => {
    res.set('Cache-Control', 'no-store');
    next();
  });
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

function securityHeaders(baseUrl: string): RequestHandler {
  const secure = baseUrl.startsWith('https:');
  return helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'none'"],
        styleSrc: ["'self'"],
        // Pictures of the order's lines; nothing else of another host is ever loaded.
        imgSrc: ["'self'", 'https://cdn.shopify.com'],
        formAction: ["'self'"],
        baseUri: ["'none'"],
        objectSrc: ["'none'"],
        frameAncestors: ["'none'"],
      },
    },
    // The address of a page is its key: it goes to nobody else. "no-referrer" would make a form's Origin "null".
    referrerPolicy: { policy: 'same-origin' },
    strictTransportSecurity: secure ? { maxAge: 31_536_000, includeSubDomains: true } : false,
    crossOriginEmbedderPolicy: false,
  });
}

function limitRefusals(): RequestHandler {
  return rateLimit({
    windowMs: 60_000,
    limit: REFUSALS_A_MINUTE,
    skipSuccessfulRequests: true,
    standardHeaders: 'draft-8',
    legacyHeaders: false,
    validate: { xForwardedForHeader: false },
    handler: (_req, _res, next) => next(new PageError(429, 'too_many')),
  });
}

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
    const { status, code } = classify(error);
    if (status >= 500)
      desk.log.error({ error: error instanceof Error ? error.stack : String(error) }, 'request failed');
    if (res.headersSent) {
      res.end();
      return;
    }
    if (req.path.startsWith('/intake/')) {
      res.status(status).json({ error: code });
      return;
    }
    const context = { shopName: await shopNameOf(desk), code };
    res
      .status(status)
      .send(desk.renderer.page(code === 'link_dead' ? 'link-dead' : 'error', desk.defaultLocale, context));
  };
}

function classify(error: unknown): { status: number; code: string } {
  if (error instanceof PageError) return { status: error.status, code: error.code };
  const status = Number((error as { status?: unknown } | null)?.status);
  if (status === 413) return { status, code: 'too_large' };
  if (status >= 400 && status < 500) return { status, code: 'bad_request' };
  return { status: 500, code: 'internal' };
}
