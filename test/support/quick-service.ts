/** The service in a process of its own that can be killed, with a test's short times. Settings come from the environment. */
import { readConfig } from '../../src/config.ts';
import { createLog } from '../../src/log.ts';
import { serve } from '../../src/serve.ts';
import { QUICK } from './quick-timings.ts';

const config = readConfig();
// On PostgreSQL what a killed process held is free again only when its lease ends.
const running = await serve(config, 'all', { log: createLog('warn', 'json'), timings: { ...QUICK, lease: 2_000 } });
process.on('SIGTERM', () => {
  running.stop().then(
    () => process.exit(0),
    () => process.exit(1),
  );
});
