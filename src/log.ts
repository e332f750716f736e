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
  if (stream) return pino(options, stream);
  return format === 'pretty'
    ? pino({ ...options, transport: { target: 'pino-pretty', options: { singleLine: true } } })
    : pino(options);
}
