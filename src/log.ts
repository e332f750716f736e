import { pino } from 'pino';
import type { Log } from './steps/desk.ts';

/** Names that must never reach a log, wherever they stand. */
const SECRET = ['token', 'secret', 'password', 'authorization', 'email', 'to', 'accessToken'];

export function createLog(level: string, format: 'json' | 'pretty', stream?: { write(line: string): void }): Log {
  const options = {
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    redact: { paths: SECRET.flatMap((name) => [name, `*.${name}`]), censor: '[removed]' },
  };
  if (!stream && format === 'pretty') {
    return pino({ ...options, transport: { target: 'pino-pretty', options: { singleLine: true } } });
  }
  const out = stream ?? pino.destination(1);
  return pino(options, { write: (line) => void out.write(escapeControls(line)) });
}

/** JSON leaves these as they are; terminals obey some of them, and some readers end a line at others. */
function escapeControls(line: string): string {
  return line.replace(
    /[\u007f-\u009f\u2028\u2029]/g,
    (control) => `\\u${control.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
