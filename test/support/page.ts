/** Reads a page's one form as a browser without JavaScript would, and sends it. */

export interface PageForm {
  readonly status: number;
  readonly html: string;
  readonly url: string;
  /** Everything the form would send by itself, without a button. */
  readonly fields: Record<string, string>;
  /** Values of the buttons, by name. */
  readonly buttons: string[];
}

export async function openPage(url: string, init: RequestInit = {}): Promise<PageForm> {
  return readPage(await fetch(url, init), url);
}

export async function sendForm(page: PageForm, values: Record<string, string>): Promise<PageForm> {
  const body = new URLSearchParams({ ...page.fields, ...values });
  return readPage(
    await fetch(page.url, { method: 'POST', body, headers: { origin: new URL(page.url).origin } }),
    page.url,
  );
}

async function readPage(response: Response, url: string): Promise<PageForm> {
  const html = await response.text();
  const forms = html.match(/<form[\s\S]*?<\/form>/g) ?? [];
  const form = forms[0] ?? '';
  const fields: Record<string, string> = {};
  for (const [, attributes = ''] of form.matchAll(/<input ([^>]*)>/g)) {
    const name = attribute(attributes, 'name');
    if (name && attribute(attributes, 'type') !== 'radio') fields[name] = attribute(attributes, 'value') ?? '';
  }
  for (const [, name = ''] of form.matchAll(/<textarea name="([^"]*)"/g)) fields[name] = '';
  for (const [, name = '', options = ''] of form.matchAll(/<select name="([^"]*)">([\s\S]*?)<\/select>/g)) {
    fields[name] =
      /<option value="([^"]*)"[^>]* selected/.exec(options)?.[1] ?? /<option value="([^"]*)"/.exec(options)?.[1] ?? '';
  }
  const buttons = [...form.matchAll(/<button [^>]*value="([^"]*)"/g)].map((match) => match[1] ?? '');
  return { status: response.status, html, url, fields, buttons };
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
