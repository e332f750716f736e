/** `npm start`: settings from the environment and .env, everything in one process, stopped by SIGTERM. */
import { runServe } from './cli/serve.ts';

await runServe('all');
