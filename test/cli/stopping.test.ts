/** A service under its launcher, told to stop as systemd and a terminal do it: its whole process group at once. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { childSettings } from '../support/child-environment.ts';
import { temporaryFolder } from '../support/stores.ts';
import { waitFor } from '../support/wait-for.ts';
import { startWorld, type World } from '../world/server.ts';

const LAUNCHER = fileURLToPath(new URL('../../scripts/run.mjs', import.meta.url));

describe.each(['SIGTERM', 'SIGINT'] as const)('%s to the whole process group', (signal) => {
  let world: World;
  let launcher: ChildProcess;
  let ended: Promise<unknown[]>;
  let out: string;
  /** Its request is under way until the rest is sent. */
  let client: Socket;
  let answer: string;

  beforeAll(async () => {
    world = await startWorld();
  });
  afterAll(() => world.close());

  beforeEach(async () => {
    const folder = temporaryFolder();
    const env = childSettings(world, folder);
    // Detached: the leader of a process group of its own.
    launcher = spawn(process.execPath, [LAUNCHER, 'src/main.ts'], { cwd: folder, env, detached: true });
    ended = once(launcher, 'exit');
    [out, answer] = ['', ''];
    launcher.stdout?.on('data', (chunk) => (out += chunk));
    await waitFor('the service to run', async () => /"address":"[^"]+"/.test(out), 20_000);
    const [, port = ''] = /"address":"[^"]+:(\d+)"/.exec(out) ?? [];
    client = connect(Number(port), '127.0.0.1');
    client.setEncoding('latin1').on('data', (chunk) => (answer += chunk));
    client.on('error', () => undefined);
    await once(client, 'connect');
    client.write(
      'POST /sign-in HTTP/1.1\r\nHost: desk\r\nConnection: close\r\nContent-Type: application/x-www-form-urlencoded\r\n' +
        'Content-Length: 3\r\nExpect: 100-continue\r\n\r\n',
    );
    await waitFor('the service to have taken it', async () => answer.includes('100 Continue'));
    tell();
    await waitFor('the service to stop', async () => out.includes('stopping'));
  });
  afterEach(async () => {
    client.destroy();
    if (launcher.exitCode === null) tell('SIGKILL');
    await ended;
  });

  const tell = (what: NodeJS.Signals = signal) => process.kill(-(launcher.pid ?? 0), what);

  it('lets what is under way finish, though it comes to the service several times', async () => {
    tell();
    client.write('a=1');
    await waitFor('the answer', async () => answer.includes('HTTP/1.1 422'));
    expect(await ended).toEqual([0, null]);
  });

  it('ends it at once when it comes again later', async () => {
    await waitFor('the end', async () => {
      if (launcher.exitCode === null) tell();
      return launcher.exitCode !== null;
    });
    expect(await ended).toEqual([1, null]);
    expect(answer).not.toContain('HTTP/1.1 422');
  });
});
