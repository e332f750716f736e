/** Whose word is taken for whose request it is: of the proxies that TRUSTED_PROXIES names. */
import request from 'supertest';
import { afterEach, describe, expect, it } from 'vitest';
import { newToken } from '../../src/steps/ids.ts';
import { type DeskUnderTest, startDesk } from '../support/desk-under-test.ts';

describe('behind a proxy', () => {
  let desk: DeskUnderTest;
  afterEach(() => desk.close());

  const ask = (path: string, forwarded: string) => request(desk.origin).get(path).set('X-Forwarded-For', forwarded);

  /** Uses up what one address may try in a minute, each time from another one. */
  async function guessFromMany(proxy: string): Promise<void> {
    for (let i = 0; i < 60; i += 1) {
      expect((await ask(`/d/${newToken()}`, `198.51.100.${i}${proxy}`)).status).toBe(404);
    }
  }
  const warnings = () => desk.logLines.filter((line) => line.includes('TRUSTED_PROXIES'));

  it.each([
    ['on this machine', {}, ''],
    ['of a network that is named', { TRUSTED_PROXIES: 'loopback, 10.1.0.0/16' }, ', 10.1.2.3'],
    ['of private networks', { TRUSTED_PROXIES: 'loopback,uniquelocal' }, ', 172.18.0.1'],
    ['of an IPv6 network', { TRUSTED_PROXIES: 'loopback, 2001:db8:7::/48' }, ', 2001:db8:7::1'],
  ])('%s each client has limits of its own', async (_, env, proxy) => {
    desk = await startDesk({ env });
    await guessFromMany(proxy);
    expect((await ask('/sign-in', `203.0.113.9${proxy}`)).status).toBe(200);
    for (let i = 0; i < 60; i += 1) await ask(`/d/${newToken()}`, `203.0.113.9${proxy}`);
    expect((await ask('/sign-in', `203.0.113.9${proxy}`)).status).toBe(429);
    expect(warnings()).toEqual([]);
  });

  it.each([
    ['that is not named', '192.0.2.1', ''],
    ['of another network', 'loopback', ', 10.1.2.3'],
  ])('%s the clients are one', async (_, TRUSTED_PROXIES, proxy) => {
    desk = await startDesk({ env: { TRUSTED_PROXIES } });
    await guessFromMany(proxy);
    expect((await ask('/sign-in', `203.0.113.9${proxy}`)).status).toBe(429);
  });

  it('that is not named the log says so once, without an address', async () => {
    desk = await startDesk({ env: { TRUSTED_PROXIES: '192.0.2.1' } });
    for (const one of ['198.51.100.1', '198.51.100.2']) await ask('/', one);
    expect(warnings()).toHaveLength(1);
    expect(warnings().join()).not.toMatch(/198\.51|127\.0/);
  });
});
