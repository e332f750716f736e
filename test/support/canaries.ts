/** Secrets that are told apart from everything else, and where one of them shows, plain or in disguise. */
import { randomBytes } from 'node:crypto';

/** With what has to be escaped in JSON, in addresses and in headers. */
export function makeCanary(name: string): string {
  return `${name}-${randomBytes(9).toString('hex')}+"/%`;
}

/** Each canary by its name. */
export type Canaries = ReadonlyMap<string, string>;

/** Returns "where: whose" of each that was found. */
export function findCanaries(texts: readonly (readonly [where: string, text: string])[], canaries: Canaries): string[] {
  const disguises = [...canaries].map(([name, secret]) => [name, disguisesOf(secret)] as const);
  return texts.flatMap(([where, text]) =>
    disguises.filter(([, forms]) => forms.some((form) => text.includes(form))).map(([name]) => `${where}: ${name}`),
  );
}

function disguisesOf(secret: string): string[] {
  const escaped = JSON.stringify(secret).slice(1, -1);
  const html = secret.replaceAll('&', '&amp;').replaceAll('"', '&quot;');
  const plain = [secret, escaped, encodeURIComponent(secret), html, ...[0, 1, 2].map((shift) => base64(secret, shift))];
  return [...new Set([...plain, ...plain.map((form) => form.replaceAll('+', '-').replaceAll('/', '_'))])];
}

/** What stays of it in the base64 of a longer text, in which it begins `shift` bytes behind a group of three. */
function base64(secret: string, shift: number): string {
  const bytes = Buffer.concat([Buffer.alloc(shift), Buffer.from(secret)]);
  const whole = bytes.subarray(0, bytes.length - (bytes.length % 3)).toString('base64');
  return whole.slice(shift === 0 ? 0 : 4);
}
