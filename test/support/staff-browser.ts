/** A staff member's browser: keeps the session's cookie, fills in forms, follows redirects. */
import request from 'supertest';
import type { DeskUnderTest } from './desk-under-test.ts';

export interface Page {
  readonly status: number;
  readonly html: string;
  readonly path: string;
}

export interface StaffBrowser {
  open(path: string): Promise<Page>;
  /** Sends values beside the page's hidden fields. */
  send(page: Page, values: Record<string, string | string[]>, action?: string): Promise<Page>;
}

export function staffBrowser({ origin }: DeskUnderTest): StaffBrowser {
  const agent = request.agent(origin);
  const toPage = (path: string, { status, text, redirects }: request.Response & { redirects?: string[] }): Page => ({
    status,
    html: text,
    path: redirects?.length ? new URL(redirects.at(-1) ?? origin).pathname : path,
  });
  return {
    async open(path) {
      return toPage(path, await agent.get(path).redirects(2));
    },
    async send(page, values, action = page.path) {
      const sending = agent.post(action).type('form').set('Origin', origin).redirects(2);
      const body = new URLSearchParams();
      for (const [name, value] of Object.entries({ ...hiddenFields(page.html), ...values })) {
        for (const one of [value].flat()) body.append(name, one);
      }
      return toPage(action, await sending.send(body.toString()));
    },
  };
}

/** Of all forms of the page; a name that stands several times comes as a list. */
function hiddenFields(html: string): Record<string, string | string[]> {
  const fields: Record<string, string[]> = {};
  for (const [, name = '', value = ''] of html.matchAll(/<input type="hidden" name="([^"]*)" value="([^"]*)"/g)) {
    fields[name] = [...(fields[name] ?? []), value];
  }
  return Object.fromEntries(
    Object.entries(fields).map(([name, values]) => [name, values.length > 1 ? values : (values[0] ?? '')]),
  );
}

/** What the page shows that has sent a link, for another device. */
export function codeOn({ html }: Page): string {
  return /: (\d{6})</.exec(html)?.[1] ?? '';
}

/** By the emailed link, as Sam does. */
export async function signIn(desk: DeskUnderTest, email = 'sam@pine-and-loom.example'): Promise<StaffBrowser> {
  const browser = staffBrowser(desk);
  const before = desk.world.inbox.mails.length;
  await browser.send(await browser.open('/sign-in'), { email });
  const mail = await desk.world.inbox.waitFor(
    'the link',
    (one) => one.to === email && /Sign in/.test(one.subject) && desk.world.inbox.mails.indexOf(one) >= before,
  );
  const path = new URL(/https?:\S+\/sign-in\/[\w-]+/.exec(mail.text)?.[0] ?? '').pathname;
  await browser.send(await browser.open(path), { me: 'yes' });
  return browser;
}
