/**
 * "CR-" at the end of a line, and the rest in the next, is hard to read and worse to copy. Sentences are text until they are
 * escaped, so what stays together in them is marked first, and becomes an element when the document is done.
 */
const [OPEN, CLOSE] = ['\uE000', '\uE001'];
/** Longer ones may have to break: 320 pixels hold no more in a heading. */
const MOST = 20;
/** Lines break after these. */
const BREAKS = /[-/\s]/;
const FOUND = /<title>[^<]*<\/title>|<[^>]*>|\uE000([^<\uE000\uE001]*)\uE001|[\uE000\uE001]/g;

export function markWhole(text: string): string {
  return BREAKS.test(text) && text.length <= MOST ? OPEN + text + CLOSE : text;
}

/** @param tag opens the element around each; marks in attributes and in the title, where no element can stand, just go */
export function keepTogether(html: string, tag: string): string {
  return html.replace(FOUND, (found, whole: string | undefined) => {
    if (whole !== undefined) return `${tag}${whole}</span>`;
    return found.replace(/[\uE000\uE001]/g, '');
  });
}
