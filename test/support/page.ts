import request from 'supertest';

/** Reads a page's forms as a browser without JavaScript would, all as if they were one, and sends them. */

export interface PageForm {
  readonly status: number;
  readonly html: string;
  readonly url: string;
  /** Everything the form would send by itself, without a button, and what a reader types who is asked for the end of a name. */
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

/** A part, a change, or terms of one's own: sends it, then agrees to what the page says it comes to. */
export async function sendAgreed(
  page: PageForm,
  values: Record<string, string>,
  from = '192.0.2.1',
): Promise<PageForm> {
  const answer = await sendForm(page, values, from);
  const isShown = Object.keys(answer.fields).some((name) => name.startsWith('agreed_'));
  return isShown ? sendForm(answer, values, from) : answer;
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
  const { status, text } = await sending.send({ ...page.fields, ...ofChoice(page, values), ...values });
  return readPage(status, text, page.url);
}

/** The same page before somebody who fills in forms and doesn't read. */
export function unread(page: PageForm): PageForm {
  const fields = Object.entries(page.fields).filter(([name]) => !name.startsWith('confirm_'));
  return { ...page, fields: Object.fromEntries(fields) };
}

/** What a person types who reads the page: the last four characters of what a field is about. */
function typedByReader(form: string): Record<string, string> {
  const asked = form.matchAll(/<label>((?:[^<]|<\/?span[^>]*>)*)<input type="text" name="(confirm_\w+)"/g);
  return Object.fromEntries(
    [...asked].map(([, label = '', name = '']) => [name, /(?:#|CR-)[\w-]+/.exec(label)?.[0].slice(-4) ?? '']),
  );
}

/** Whoever chooses one of several orders types the end of that one's name. */
function ofChoice({ html, fields }: PageForm, { order }: Record<string, string>): Record<string, string> {
  const name = order && new RegExp(`value="${order}"> <span>(?:<[^>]+>)*(#[\\w-]+)`).exec(html)?.[1];
  return name && 'confirm_order' in fields ? { confirm_order: name.slice(-4) } : {};
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
  Object.assign(fields, typedByReader(form));
  const buttons = [...form.matchAll(/<button [^>]*value="([^"]*)"/g)].map((match) => match[1] ?? '');
  return { status, html, url, fields, buttons };
}

function attribute(attributes: string, name: string): string | undefined {
  return new RegExp(`(?:^| )${name}="([^"]*)"`).exec(attributes)?.[1];
}

/** The magic link in a mail's text. */
export function linkIn(text: string, kind: 'd' | 'r' | 'sign-in'): string {
  const link = new RegExp(`https?://\\S+/${kind}/[\\w-]+`).exec(text)?.[0];
  if (!link) throw new Error(`There is no /${kind}/ link in:\n${text}`);
  return link;
}
