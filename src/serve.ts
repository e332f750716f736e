/** Starts a service's pages, its worker, or both, and stops them cleanly. */
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { holdFolder } from './adapters/store/hold-folder.ts';
import type { Config } from './config.ts';
import { mayDecide } from './domain/staff.ts';
import { buildService, type ServiceOptions } from './service.ts';

export interface Running {
  /** Where it listens, or null for a worker. */
  readonly address: string | null;
  stop(): Promise<void>;
}

export type Parts = 'all' | 'web' | 'worker';

export async function serve(config: Config, parts: Parts, options: ServiceOptions): Promise<Running> {
  const folder = config.databaseUrl ? null : holdFolder(config.dataDir);
  const service = await buildService(config, options).catch((error: unknown) => {
    folder?.release();
    throw error;
  });
  try {
    const staff = await service.desk.store.records.staff.list();
    if (!staff.some(mayDecide)) {
      throw new NoStaffError();
    }
    const server = parts === 'worker' ? null : await listen(createWebServer(service.app), config);
    if (parts !== 'web') await service.desk.store.records.releaseLeases();
    const worker = parts === 'web' ? null : service.startWorker();
    return {
      address: server && addressOf(server),
      async stop() {
        await Promise.all([server && closeServer(server), worker?.stop()]);
        await service.close();
        folder?.release();
      },
    };
  } catch (error) {
    await service.close();
    folder?.release();
    throw error;
  }
}

export class NoStaffError extends Error {
  constructor() {
    super('Nobody may decide: set STAFF_EMAILS, or add somebody with "cancel-desk staff add EMAIL".');
    this.name = 'NoStaffError';
  }
}

/** Milliseconds, but for the last. No page or webhook takes this long to send; whoever does is cut off. */
export const PATIENCE = {
  headersTimeout: 10_000,
  requestTimeout: 30_000,
  keepAliveTimeout: 5_000,
  /** How often the others are looked after. */
  connectionsCheckingInterval: 5_000,
  /** Bytes of all headers together. */
  maxHeaderSize: 16_384,
};

export function createWebServer(app: RequestListener, patience: Partial<typeof PATIENCE> = {}): Server {
  return createServer({ ...PATIENCE, ...patience }, app);
}

function listen(server: Server, { host, port }: Config): Promise<Server> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => resolve(server));
  });
}

function addressOf(server: Server): string {
  const { address, port, family } = server.address() as AddressInfo;
  return `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`;
}

/** Answers what has come in, then no more. */
function closeServer(server: Server): Promise<void> {
  return new Promise((resolve, reject) => {
    server.close((error) => (error ? reject(error) : resolve()));
    server.closeIdleConnections();
  });
}
