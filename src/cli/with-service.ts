import { createLog } from '../log.ts';
import { buildService, type Service } from '../service.ts';
import { loadConfig } from './environment.ts';

/** Opens the service for one command and closes it again. Its log goes to stderr, so that --json stays clean. */
export async function withService<T>(work: (service: Service) => Promise<T>): Promise<T> {
  const config = loadConfig();
  const log = createLog(config.logLevel === 'info' ? 'error' : config.logLevel, 'json', process.stderr);
  const service = await buildService(config, { log, lenient: true });
  try {
    return await work(service);
  } finally {
    await service.close();
  }
}

export function printJson(value: unknown): void {
  console.log(JSON.stringify(value, null, 2));
}
