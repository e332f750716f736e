/** Opens a store for the first time and ends at its N-th statement: for first-start.test.ts. */
import { openStore } from '../../../src/adapters/store/store.ts';

const [dataDir = '', last = ''] = process.argv.slice(2);
let statements = 0;
const store = await openStore({
  databaseUrl: null,
  dataDir,
  onQuery: () => {
    statements += 1;
    if (statements === Number(last)) process.kill(process.pid, 'SIGKILL');
  },
});
await store.close();
