/** Over https: a link opens a session of its own, which may what the link still may. */
import request from 'supertest';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type DeskUnderTest, startDesk } from '../support/desk-under-test.ts';
import { linkIn } from '../support/page.ts';
import { PLAIN_POLICY } from '../support/plain-policy.ts';
import { ANA, SAM, type Story, storyOf } from '../support/story.ts';

const ORIGIN = 'https://desk.shop.example';

describe('a browser with several links open', () => {
  let desk: DeskUnderTest;
  let story: Story;
  const jar = new Map<string, string>();

  beforeEach(async () => {
    jar.clear();
    desk = await startDesk({ env: { BASE_URL: ORIGIN }, policy: `${PLAIN_POLICY}undo: 1h\n` });
    story = storyOf(desk);
  });
  afterEach(() => desk.close());

  const cookies = () => [...jar].map(([name, value]) => `${name}=${value}`).join('; ');
  function keep(answer: request.Response): request.Response {
    for (const one of [answer.headers['set-cookie'] ?? []].flat() as string[]) {
      const [name = '', value = ''] = (one.split(';')[0] ?? '').split('=');
      if (value) jar.set(name, value);
      else jar.delete(name);
    }
    return answer;
  }
  const get = async (path: string) => keep(await request(desk.service.app).get(path).set('Cookie', cookies()));
  async function post(path: string, html: string, values: Record<string, string>) {
    const hidden = [...html.matchAll(/<input type="hidden" name="([^"]*)" value="([^"]*)"/g)].map(
      ([, name = '', value = '']) => [name, value],
    );
    const body = new URLSearchParams([...hidden, ...Object.entries(values)]).toString();
    const sending = request(desk.service.app).post(path).type('form').set({ Origin: ORIGIN, Cookie: cookies() });
    return keep(await sending.send(body));
  }
  async function openLink(ref: string, subject: RegExp | string = ref) {
    const mail = await story.mail(SAM, new RegExp(subject));
    await get(new URL(linkIn(mail.text, 'd')).pathname);
    return (await get(`/requests/${ref}`)).text;
  }
  const APPROVE = { decision: 'approve', restock: 'yes', refund: 'original', amount: 'full', archive: 'no' };

  it('decides in each of them', async () => {
    const first = await story.respond('1001');
    const second = await story.respond('1002', 'eino@customer.example');
    const pages = [await openLink(first), await openLink(second)];
    expect((await post(`/requests/${first}`, pages[0] ?? '', { ...APPROVE, confirm: '1001' })).status).toBe(303);
    expect((await post(`/requests/${second}`, pages[1] ?? '', { ...APPROVE, confirm: '1002' })).status).toBe(303);
    await story.reaches(first, 'approved');
    await story.reaches(second, 'approved');
  });

  it('forgets the oldest of many, so that its headers have an end', async () => {
    const ref = await story.respond('1001');
    for (let i = 0; i < 30; i += 1) jar.set(`__Host-desk-CR-AAAAA${String(i).padStart(2, '0')}`, 'x');
    await openLink(ref);
    expect(jar.size).toBe(20);
    expect(jar.has(`__Host-desk-${ref}`)).toBe(true);
  });

  it('may no more than the link: after the decision it shows what was decided', async () => {
    const ref = await story.respond('1001');
    const page = await openLink(ref);
    const undone = { decision: 'undo', confirm_undo: '1001' };
    await post(`/requests/${ref}`, page, { ...APPROVE, confirm: '1001' });
    await story.reaches(ref, 'approved');
    expect((await get(`/requests/${ref}`)).text).toContain('This request is decided');
    expect((await post(`/requests/${ref}`, page, undone)).status).toBe(409);
    expect((await story.request(ref))?.status).toBe('approved');
  });

  it('is told that taking back worked, though the link has ended by it; so is the customer', async () => {
    const ref = await story.respond('1001');
    await post(`/requests/${ref}`, await openLink(ref), { ...APPROVE, confirm: '1001' });
    await story.mail(ANA, /is accepted/);
    const page = await openLink(ref, /#1001 Approved/);
    const answer = await post(`/requests/${ref}`, page, { decision: 'undo', confirm_undo: '1001' });
    expect(answer.headers.location).toBe(`${ORIGIN}/d/done`);
    expect((await get('/d/done')).text).toContain('The request begins anew');
    await story.reaches(ref, 'awaiting_decision');
    expect((await story.mail(ANA, /being looked at again/)).text).toContain('nothing is cancelled yet');
  });
});
