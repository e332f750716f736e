import Handlebars from 'handlebars/dist/handlebars.js';

/** What mail programs and readers take for an address too; nothing that could end an attribute is among it. */
const ADDRESS = /https:\/\/(?!\/)[^\s<>"'`\\\p{C}]+/giu;
/** Belongs to the sentence around it. */
const TRAILING = /[.,;:!?…’”»)\]}]+$/u;

/** Staff's own words, with https addresses that can be followed. Every piece is escaped by itself, also inside a link. */
export function linkedText(text: string): string {
  const { escapeExpression } = Handlebars;
  let html = '';
  let done = 0;
  for (const { 0: found, index } of text.matchAll(ADDRESS)) {
    const address = found.replace(TRAILING, '');
    html += escapeExpression(text.slice(done, index));
    const shown = escapeExpression(address);
    html += isPlain(address) ? `<a href="${shown}" rel="noopener noreferrer">${shown}</a>` : shown;
    done = index + address.length;
  }
  return html + escapeExpression(text.slice(done));
}

/** No name or password before the host, which would be taken for the host: "https://shop.example@evil.example". */
function isPlain(address: string): boolean {
  const url = URL.parse(address);
  return url?.protocol === 'https:' && url.username === '' && url.password === '';
}
