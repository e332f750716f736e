import request from 'supertest';

/** Reads a page's forms as a browser without JavaScript would, all as if they were one, and sends them. */

export interface PageForm {
  readonly status: number;
  readonly html: string;
  readonly url: string;
  /** Everything the form would send by itself, without a button. */
  readonly fields: Record<string, string>;
  /** Values of the buttons, by name. */
  readonly buttons: string[];
}

/** @param from the visitor's address, as a proxy on this machine tells it */
export async function openPage(url: string, from = '192.0.2.1'): Promise<PageForm> {
  const { origin, pathname } = new URL(url);
  const { status, text } = await request(origin).get(pathname).set('X-Forwarded-For', from);
  return readPage(status, text, url);
}

/** A part or a change: sends it, then agrees to what the page says it comes to. */
export async function sendAgreed(
  page: PageForm,
  values: Record<string, string>,
  from = '192.0.2.1',
): Promise<PageForm> {
  const answer = await sendForm(page, values, from);
  return answer.fields.agreed_part || answer.fields.agreed_change ? sendForm(answer, values, from) : answer;
}

/** Follows the one redirect that keeps a reload from sending the form again. */
export async function sendForm(page: PageForm, values: Record<string, string>, from = '192.0.2.1'): Promise<PageForm> {
  const { origin, pathname } = new URL(page.url);
  const sending = request(origin)
    .post(pathname)
    .type('form')
    .set('Origin', origin)
    .set('X-Forwarded-For', from)
    .redirects(1);
  const { status, text } = await sending.send({ ...page.fields, ...values });
  return readPage(status, text, page.url);
}

function readPage(status: number, html: string, url: string): PageForm {
  const form = (html.match(/<form[\s\S]*?<\/form>/g) ?? []).join('');
  const fields: Record<string, string> = {};
  for (const [, attributes = ''] of form.matchAll(/<input ([^>]*)>/g)) {
    const name = attribute(attributes, 'name');
    // Neither is sent unless somebody has chosen it.
    const isChoice = ['radio', 'checkbox'].includes(attribute(attributes, 'type') ?? '');
    if (name && !isChoice) fields[name] = attribute(attributes, 'value') ?? '';
  }
  for (const [, name = ''] of form.matchAll(/<textarea name="([^"]*)"/g)) fields[name] = '';
  for (const [, name = '', options = ''] of form.matchAll(/<select name="([^"]*)">([\s\S]*?)<\/select>/g)) {
    fields[name] =
      /<option value="([^"]*)"[^>]* selected/.exec(options)?.[1] ?? /<option value="([^"]*)"/.exec(options)?.[1] ?? '';
  }
  const buttons = [...form.matchAll(/<button [^>]*value="([^"]*)"/g)].map((match) => match[1] ?? '');
  return { status, html, url, fields, buttons };
}

function attribute(attributes: string, name: string): string | undefined {
  return new RegExp(`(?:^| )${name}="([^"]*)"`).exec(attributes)?.[1];
}

/** The magic link in a mail's text. */
export function linkIn(text: string, kind: 'd' | 'r'): string {
  const link = new RegExp(`https?://\\S+/${kind}/[\\w-]+`).exec(text)?.[0];
  if (!link) throw new Error(`There is no /${kind}/ link in:\n${text}`);
  return link;
}
