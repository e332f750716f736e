/**
 * Colours and type of mails. They stand on each element: Outlook on Windows hands neither on into tables, and other programs take
 * style sheets out. Only what a dark screen changes is in a style sheet.
 */
import Handlebars from 'handlebars/dist/handlebars.js';
import { inkOn, readableOn } from './colors.ts';

export const MAIL_COLORS = {
  light: {
    paper: '#f4f3f0',
    card: '#ffffff',
    quiet: '#f6f5f1',
    warn: '#fff1d6',
    ink: '#1d2125',
    soft: '#5b6570',
    warnInk: '#4a3000',
    line: '#dddad3',
  },
  dark: {
    paper: '#16181b',
    card: '#202327',
    quiet: '#2a2e33',
    warn: '#4a3a14',
    ink: '#eceff2',
    soft: '#aab2bb',
    warnInk: '#ffe9bd',
    line: '#4a5058',
  },
} as const;

type Scheme = keyof typeof MAIL_COLORS;
type ColorName = keyof (typeof MAIL_COLORS)['light'];

/** What isn't text but has to be seen: edges (WCAG 1.4.11). */
const SEEN = 3;
const TOWARDS = { light: '#000000', dark: '#ffffff' } as const;

/** In the brand's colour: links that can be read wherever they stand, and a button's edge that can be seen on the card. */
export function brandShades(color: string, scheme: Scheme): { link: string; edge: string } {
  const { paper, card, quiet } = MAIL_COLORS[scheme];
  return {
    link: readableOn([paper, card, quiet], color, TOWARDS[scheme]),
    edge: readableOn([card], color, TOWARDS[scheme], SEEN),
  };
}

/** Segoe first: where Outlook on Windows doesn't know the first of them it takes Times for all. */
const FONT = "font-family:'Segoe UI',-apple-system,Roboto,Helvetica,Arial,sans-serif;";
/** Pixels: size, and height of the line. */
const SIZES = {
  footer: [13, 20],
  small: [14, 20],
  compact: [15, 22],
  text: [16, 24],
  button: [17, 22],
  heading: [21, 28],
} as const;

export function registerMailLook(environment: typeof Handlebars, brandColor: string): void {
  const safe = (text: string) => new Handlebars.SafeString(text);
  environment.registerHelper({
    /** {{color "card"}}, {{color "card" "dark"}} */
    color: (name: ColorName, scheme: unknown) => MAIL_COLORS[scheme === 'dark' ? 'dark' : 'light'][name],
    /** {{brand "link"}}, {{brand "edge" "dark"}} */
    brand: (name: 'link' | 'edge', scheme: unknown) =>
      brandShades(brandColor, scheme === 'dark' ? 'dark' : 'light')[name],
    brandColor: () => brandColor,
    brandInk: () => inkOn(brandColor),
    /** {{type "small" "soft"}}: what a cell says of its text. */
    type(size: keyof typeof SIZES, color: ColorName) {
      const [px, height] = SIZES[size];
      return safe(
        `${FONT}font-size:${px}px;line-height:${height}px;mso-line-height-rule:exactly;color:${MAIL_COLORS.light[color]};`,
      );
    },
  });
}
