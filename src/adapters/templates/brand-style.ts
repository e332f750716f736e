/** The shop's colour on the pages: a style sheet made of one setting, on top of templates/pages/style.css. */
import { inkOn, readableOn } from './colors.ts';

/** The look of style.css itself. */
export const BUILT_IN_COLOR = '#1f5f4a';

/** What links and borders stand on in style.css: paper, card, warning and error. */
export const PAPERS = {
  light: ['#f4f3f0', '#ffffff', '#fff1d6', '#fde8e6'],
  dark: ['#16181b', '#202327', '#3a2c10', '#40211f'],
} as const;

/** Buttons have the colour as it is; what is written in it has a shade that can be read. Empty: the built-in look. */
export function brandStyle(color: string): string {
  if (color.toLowerCase() === BUILT_IN_COLOR) return '';
  const variables = (accent: string) => `:root { --accent: ${accent}; --fill: ${color}; --fill-ink: ${inkOn(color)}; }`;
  return `${variables(readableOn(PAPERS.light, color, '#000000'))}
@media (prefers-color-scheme: dark) {
  ${variables(readableOn(PAPERS.dark, color, '#ffffff'))}
}
`;
}
