/** The whole world on one address: Shopify, Google, a mail server, and pages for people. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import { type ChatReceiver, createChatReceiver } from './chat/chat-receiver.ts';
import { createGoogleWorld, type GoogleWorld, type GoogleWorldOptions } from './google/google-api.ts';
import { type Inbox, type ReceivedMail, startInbox } from './mail/inbox.ts';
import { worldPages } from './pages/pages.ts';
import { createShopifyWorld, type ShopifyWorld, type ShopifyWorldOptions } from './shopify/admin-api.ts';
import { type Tap, tapHttp } from './tap.ts';

export interface WorldOptions {
  readonly now?: () => number;
  readonly port?: number;
  readonly seed?: number;
  readonly tap?: Tap;
  /** Of every mail at the moment it is taken. */
  readonly onMail?: (mail: ReceivedMail) => void;
  readonly shopify?: Omit<ShopifyWorldOptions, 'now' | 'seed'>;
  readonly google?: Omit<GoogleWorldOptions, 'now' | 'seed'>;
}

export interface World {
  /** "http://127.0.0.1:PORT" */
  readonly origin: string;
  readonly shopify: ShopifyWorld;
  readonly google: GoogleWorld;
  readonly inbox: Inbox;
  readonly chat: ChatReceiver;
  close(): Promise<void>;
}

export async function startWorld(options: WorldOptions = {}): Promise<World> {
  const shared = {
    ...(options.now ? { now: options.now } : {}),
    ...(options.seed === undefined ? {} : { seed: options.seed }),
  };
  const shopify = createShopifyWorld({ ...options.shopify, ...shared });
  const google = createGoogleWorld({ ...options.google, ...shared });
  const { tap, onMail } = options;
  const inbox = await startInbox({ seed: shared.seed, tap, onMail });
  const chat = createChatReceiver();
  const app = express();
  app.disable('x-powered-by');
  if (tap) app.use(tapHttp(tap));
  app.use(shopify.router, google.router, chat.router, worldPages({ shopify, google, inbox }));
  const server = createServer(app);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    origin: `http://127.0.0.1:${port}`,
    shopify,
    google,
    inbox,
    chat,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await inbox.close();
    },
  };
}
