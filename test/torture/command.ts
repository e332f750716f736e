/** What an operator types: the command line in a process of its own, on the database of the service. */
import { execFile } from 'node:child_process';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Rig } from './rig.ts';

const CLI = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url));
const LARGEST_ANSWER = 64 * 1024 * 1024;

/** Its answer, of a command that ends well. */
export async function command<Answer>(rig: Rig, ...words: string[]): Promise<Answer> {
  const where = { env: rig.env, cwd: dirname(rig.dataDir), maxBuffer: LARGEST_ANSWER };
  const { stdout } = await promisify(execFile)(process.execPath, [CLI, ...words, '--json'], where);
  return JSON.parse(stdout) as Answer;
}
