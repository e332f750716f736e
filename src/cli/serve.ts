import { FolderTakenError } from '../adapters/store/hold-folder.ts';
import { createLog } from '../log.ts';
import { NoStaffError, type Parts, serve } from '../serve.ts';
import { loadConfig } from './environment.ts';
import { CommandError, EXIT } from './exit.ts';
import { reportFailure } from './report-failure.ts';

/** One stop comes as several signals where a whole process group is told, and whoever started us passes on what it hears. */
const SAME_STOP_MS = 2_000;

/** Runs until SIGTERM or SIGINT; one more of them, later, ends it at once. */
export async function runServe(parts: Parts): Promise<void> {
  try {
    const config = loadConfig();
    const log = createLog(config.logLevel, config.logFormat);
    const running = await serve(config, parts, { log }).catch((error: unknown) => {
      throw explain(error, config.host, config.port);
    });
    log.info({ parts, address: running.address }, 'cancel-desk is running');
    let stoppingSince: number | null = null;
    const stop = (signal: string) => {
      if (stoppingSince !== null) {
        if (performance.now() - stoppingSince > SAME_STOP_MS) process.exit(EXIT.failed);
        return;
      }
      stoppingSince = performance.now();
      log.info({ signal }, 'stopping');
      running.stop().then(
        () => process.exit(EXIT.ok),
        (error: unknown) => reportFailure(error),
      );
    };
    process.on('SIGTERM', stop);
    process.on('SIGINT', stop);
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
