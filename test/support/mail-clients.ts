/** Mails as mail programs show them: what each leaves of the HTML, and what can be measured of the result. */
import type { Page } from 'playwright-core';

const withoutStyleSheet = (html: string) => html.replace(/<style>[\s\S]*?<\/style>/g, '');

/** Webmail that takes style sheets out. */
export const asWebmail = withoutStyleSheet;

export const withoutPictures = (html: string) => html.replace(/(<img [^>]*)src="[^"]*"/g, '$1src=""');

/**
 * Outlook on Windows, which lays mails out as Word does: no style sheet that counts, no greatest width, no round corners, no
 * padding on links; its own comments are read, and tables take no type from what is around them.
 */
export function asOutlook(html: string): string {
  return withoutStyleSheet(html)
    .replace(/<xml[\s\S]*?<\/xml>/g, '')
    .replace(/<!--\[if mso\]>([\s\S]*?)<!\[endif\]-->/g, '$1')
    .replace(/\b(?:max-width|border-radius|object-fit|text-wrap):[^;"]*;?/g, '')
    .replace(/<a [^>]*>/g, (tag) => tag.replace(/\b(?:padding|display):[^;"]*;?/g, ''))
    .replace(/mso-padding-alt:/g, 'padding:')
    .replace('</head>', '<style>table { font: 16px serif; color: #ff00ff; }</style></head>');
}

export interface Shown {
  /** Of all there is, and of the window. */
  readonly width: number;
  readonly window: number;
  readonly card: number;
  /** Heights. */
  readonly buttons: readonly number[];
  /** Text whose contrast is below 4.5, and buttons whose edge is below 3, with the figures. */
  readonly faint: readonly string[];
  /** Text in another typeface than the mail's. */
  readonly otherType: readonly string[];
}

export function measure(page: Page): Promise<Shown> {
  return page.evaluate(MEASURE) as Promise<Shown>;
}

/** Runs in the page; as text, because its types are the browser's. */
const MEASURE = `(() => {
  const channels = (color) => color.match(/[\\d.]+/g).map(Number);
  const luminance = (color) => {
    const [r, g, b] = channels(color).map((byte) => { const part = byte / 255; return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4; });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const contrast = (one, other) => {
    const [dark, light] = [luminance(one), luminance(other)].sort((a, b) => a - b);
    return (light + 0.05) / (dark + 0.05);
  };
  const paperOf = (element) => {
    for (let one = element; one; one = one.parentElement) {
      const color = getComputedStyle(one).backgroundColor;
      if ((channels(color)[3] ?? 1) === 1) return color;
    }
    return 'rgb(255, 255, 255)';
  };
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const faint = [], otherType = [];
  while (texts.nextNode()) {
    const text = texts.currentNode.textContent.trim();
    if (!text) continue;
    const element = texts.currentNode.parentElement;
    const { color, fontFamily } = getComputedStyle(element);
    const found = contrast(color, paperOf(element));
    if (found < 4.5) faint.push(text + ' ' + found.toFixed(2));
    if (!fontFamily.includes('Segoe UI')) otherType.push(text);
  }
  const buttons = [...document.querySelectorAll('td.button')];
  for (const button of buttons) {
    const { backgroundColor, borderTopColor } = getComputedStyle(button);
    const card = paperOf(button.parentElement);
    const found = Math.max(contrast(backgroundColor, card), contrast(borderTopColor, card));
    if (found < 3) faint.push('edge of ' + button.textContent.trim() + ' ' + found.toFixed(2));
  }
  return {
    width: document.documentElement.scrollWidth,
    window: window.innerWidth,
    card: document.querySelector('.card').getBoundingClientRect().width,
    buttons: buttons.map((one) => one.getBoundingClientRect().height),
    faint,
    otherType,
  };
})()`;
