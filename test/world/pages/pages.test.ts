import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createMailer } from '../../../src/adapters/mail/smtp.ts';
import { NOTICES } from '../../../src/domain/notices.ts';
import { startWorld, type World } from '../server.ts';

const HOSTILE = '<script>alert(1)</script>"\'&';

describe('the world’s pages', () => {
  let world: World;
  beforeEach(async () => {
    world = await startWorld();
  });
  afterEach(() => world.close());

  it.each(['/form', '/inbox', '/inbox/9', '/admin', '/admin/orders/9'])('%s says that it is a demo', async (path) => {
    expect(await (await fetch(world.origin + path)).text()).toMatch(/class="demo">Demo/);
  });

  it.each(['en', 'fi', 'sv', 'de', 'fr', 'es'])('previews every mail in %s', async (locale) => {
    const list = await (await fetch(`${world.origin}/previews?locale=${locale}`)).text();
    const links = [...list.matchAll(/href="(\/previews\/[\w-]+\?locale=\w+)"/g)].map((match) => match[1] ?? '');
    expect(links).toHaveLength(NOTICES.length);
    for (const link of links)
      expect(await (await fetch(world.origin + link)).text()).toContain(`<html lang="${locale}"`);
  });

  it('puts a submitted form into the form and its sheet', async () => {
    const body = new URLSearchParams({ email: ' ana@customer.example ', '1a2b3c01': '#1001', '1a2b3c03': 'Other' });
    const page = await (await fetch(`${world.origin}/form`, { method: 'POST', body })).text();
    expect(page).toContain('Your response has been recorded.');
    const { responses, rows } = world.google.form;
    expect(responses).toMatchObject([
      { respondentEmail: 'ana@customer.example', answers: { '1a2b3c01': ['#1001'], '1a2b3c03': ['Other'] } },
    ]);
    expect(rows[0]).toContain('#1001');
  });

  it('shows mails as text, whatever is in them, and runs nothing of their HTML', async () => {
    const from = 'desk@pine-and-loom.example';
    const mailer = createMailer({ smtpUrl: world.inbox.url, from, replyTo: null });
    const ids = { messageId: 'm1@desk.example', threadId: 't1@desk.example' };
    await mailer.send({
      to: 'ana@customer.example',
      subject: HOSTILE,
      text: HOSTILE,
      html: `<p>${HOSTILE}</p>`,
      language: 'en',
      ...ids,
    });
    mailer.close();
    for (const path of ['/inbox', '/inbox/1']) {
      expect(await (await fetch(world.origin + path)).text()).not.toContain('<script');
    }
    const policy = (await fetch(`${world.origin}/inbox/1/html`)).headers.get('content-security-policy');
    expect(policy).toMatch(/default-src 'none'.*sandbox/);
    expect(policy).not.toContain('allow-scripts');
  });

  it('shows an order whose customer has a hostile name', async () => {
    const order = world.shopify.state.order('#1001');
    Object.assign(order, { customerName: HOSTILE });
    for (const path of ['/admin', `/admin/orders/${order.id.split('/').at(-1)}`]) {
      const page = await (await fetch(world.origin + path)).text();
      expect(page).not.toContain('<script');
      expect(page).toContain('&lt;script&gt;');
    }
  });
});
