/**
 * `npm run demo`: the service, as `npm start` runs it, next to a make-believe Shopify, Google and mail server.
 * `-- --once` plays one whole story by itself and exits 0, or 1 when any step fails.
 */
import { startWorld } from '../test/world/server.ts';
import { playStory } from './demo-story.ts';
import { freePort, STAFF, startServiceProcess } from './service-process.ts';

let ending: Promise<never> | undefined;
const once = process.argv.includes('--once');
const world = await startWorld({
  port: await freePort(8090),
  shopify: { jobMs: once ? 300 : 2_000 },
  // Google vouches for the address: the customer needn't confirm that it was them.
  google: { emailCollectionType: 'VERIFIED' },
});
const service = await startServiceProcess(world, await freePort(8080)).catch((error: Error) => {
  console.error(error.message);
  process.exit(1);
});
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => void end(0));

if (once) {
  try {
    await playStory(world, STAFF);
  } catch (error) {
    console.error(`✗ ${error instanceof Error ? error.message : String(error)}`);
    console.error(service.log().split('\n').slice(-20).join('\n'));
    await end(1);
  }
  await end(0);
}

console.log(`
Cancel Desk demo. Everything below is make-believe and ends with this command.

  1. Fill in the form as a customer    ${world.origin}/form
  2. Watch the mails arrive            ${world.origin}/inbox
     Open the one to ${STAFF} and decide
  3. See the order cancelled           ${world.origin}/admin
  4. Read all mails, in six languages  ${world.origin}/previews

  The service itself listens on ${service.baseUrl}. Its log: ${service.logFile}
  Stop with Ctrl+C.
`);
await service.ended;
if (ending) await ending;
console.error(`The service ended by itself. Its log:\n${service.log()}`);
await end(1);

function end(code: number): Promise<never> {
  ending ??= (async () => {
    await service.stop();
    await world.close();
    process.exit(code);
  })();
  return ending;
}
