/**
 * The service in a process of its own, with a test's short times, which its parent steers by lines on stdin:
 * "go" starts it (until then it only loads, so that a restart is quick), "clock MS" moves its clock from the machine's by
 * so much, "die before N" and "die after N" end it at its N-th write to the store from now on, "refuse N" has the database
 * refuse that write, "read-only on|off" and "room N|none" spoil the embedded database. Settings come from the environment.
 */
import { flushCompileCache } from 'node:module';
import { createInterface } from 'node:readline';
import { readConfig } from '../../src/config.ts';
import { createLog } from '../../src/log.ts';
import { type Parts, serve } from '../../src/serve.ts';
import { QUICK } from '../support/quick-timings.ts';
import { armWrites, spoilDatabase, watchWrites } from './store-writes.ts';

let clockOffset = Number(process.env.TORTURE_CLOCK ?? 0);
/** On PostgreSQL what a killed process held is free again only when its lease ends. */
const lease = Number(process.env.TORTURE_LEASE ?? 2_000);
const timings = { ...QUICK, lease, ...JSON.parse(process.env.TORTURE_TIMINGS ?? '{}') };
let go: () => void = () => {};
const gone = new Promise<void>((resolve) => {
  go = resolve;
});

watchWrites();
const lines = createInterface({ input: process.stdin });
lines.on('line', (line) => {
  const [verb, ...words] = line.split(' ');
  if (verb === 'go') go();
  if (verb === 'clock') clockOffset = Number(words[0]);
  if (verb === 'die') armWrites(words[0] === 'before' ? 'before' : 'after', Number(words[1]));
  if (verb === 'refuse') armWrites('refuse', Number(words[0]));
  if (verb === 'read-only') spoilDatabase(`pragma query_only = ${words[0] === 'on' ? 1 : 0}`);
  if (verb === 'room') spoilDatabase(`pragma max_page_count = ${words[0] === 'none' ? 1 : 1_000_000}`);
});
// The parent has ended.
lines.on('close', () => process.exit(1));

console.log('loaded');
// Killed, it couldn't keep what it has compiled.
flushCompileCache();
await gone;
const running = await serve(readConfig(), (process.env.TORTURE_PARTS ?? 'all') as Parts, {
  log: createLog(process.env.LOG_LEVEL ?? 'silent', 'json'),
  now: () => Date.now() + clockOffset,
  timings,
});
console.log('up');
process.on('SIGTERM', () => {
  running.stop().then(
    () => process.exit(0),
    () => process.exit(1),
  );
});
