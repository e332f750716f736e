/** One child process of the torture: started, steered, killed. */
import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Parts } from '../../src/serve.ts';

const CHILD = fileURLToPath(new URL('./child.ts', import.meta.url));

export interface ServiceChild {
  /** Starts what has been loaded. Resolves when it is up, or has ended. */
  go(): Promise<void>;
  tell(line: string): void;
  signal(name: 'SIGKILL' | 'SIGSTOP' | 'SIGCONT' | 'SIGTERM'): void;
  readonly alive: boolean;
  readonly pid: number;
  /** What the database has refused by order, see store-writes.ts. */
  readonly refused: readonly string[];
  readonly ended: Promise<void>;
  /** What it wrote to stderr, the end of it. */
  readonly complaints: () => string;
  kill(): Promise<void>;
}

const MOST_KEPT = 20_000;

export function loadChild(env: Record<string, string>, parts: Parts = 'all'): ServiceChild {
  const child: ChildProcess = spawn(process.execPath, ['--max-semi-space-size=1', CHILD], {
    env: { ...env, TORTURE_PARTS: parts },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  let said = '';
  let errors = '';
  const refused: string[] = [];
  let up: () => void = () => {};
  const isUp = new Promise<void>((resolve) => {
    up = resolve;
  });
  child.stdout?.on('data', (chunk: Buffer) => {
    said = (said + chunk.toString()).slice(-MOST_KEPT);
    refused.push(...[...chunk.toString().matchAll(/^refused: (.*)$/gm)].map(([, what = '']) => what));
    if (/^up$/m.test(said)) up();
  });
  child.stderr?.on('data', (chunk: Buffer) => {
    errors = (errors + chunk.toString()).slice(-MOST_KEPT);
  });
  // Writing to one that was just killed is no failure of the torture's.
  child.stdin?.on('error', () => {});
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const tell = (line: string) => void child.stdin?.write(`${line}\n`);
  return {
    ended,
    tell,
    pid: child.pid ?? 0,
    refused,
    complaints: () => `${said}\n${errors}`,
    get alive() {
      return child.exitCode === null && child.signalCode === null;
    },
    signal: (name) => void child.kill(name),
    async go() {
      tell('go');
      await Promise.race([isUp, ended]);
    },
    async kill() {
      child.kill('SIGKILL');
      await ended;
    },
  };
}
