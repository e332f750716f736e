import { FolderTakenError } from '../adapters/store/hold-folder.ts';
import { createLog } from '../log.ts';
import { NoStaffError, type Parts, serve } from '../serve.ts';
import { loadConfig } from './environment.ts';
import { CommandError, EXIT } from './exit.ts';
import { reportFailure } from './report-failure.ts';

/** Runs until SIGTERM or SIGINT; a second signal ends it at once. */
export async function runServe(parts: Parts): Promise<void> {
  try {
    const config = loadConfig();
    const log = createLog(config.logLevel, config.logFormat);
    const running = await serve(config, parts, { log }).catch((error: unknown) => {
      throw explain(error, config.host, config.port);
    });
    log.info({ parts, address: running.address }, 'cancel-desk is running');
    const stop = (signal: string) => {
      for (const name of ['SIGTERM', 'SIGINT'] as const) process.once(name, () => process.exit(EXIT.failed));
      log.info({ signal }, 'stopping');
      running.stop().then(
        () => process.exit(EXIT.ok),
        (error: unknown) => reportFailure(error),
      );
    };
    process.once('SIGTERM', stop);
    process.once('SIGINT', stop);
  } catch (error) {
    reportFailure(error);
  }
}

function explain(error: unknown, host: string, port: number): unknown {
  if (error instanceof NoStaffError || error instanceof FolderTakenError)
    return new CommandError(error.message, EXIT.configuration);
  const code = (error as { code?: unknown } | null)?.code;
  if (code === 'EADDRINUSE') {
    return new CommandError(`Port ${port} on ${host} is taken. Stop what uses it, or set PORT.`, EXIT.configuration);
  }
  if (code === 'EADDRNOTAVAIL' || code === 'EACCES') {
    return new CommandError(`Can't listen on ${host}:${port} (${code}). Set HOST and PORT.`, EXIT.configuration);
  }
  return error;
}
