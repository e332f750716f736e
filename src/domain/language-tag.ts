/**
 * Language tags as orders, forms and browsers have them. Sentences go by the language; amounts and dates by the region too.
 * What else a tag may ask for, such as another calendar, is left out: browsers could ask for anything.
 */
const TAG = /^([a-z]{2,3})(?:[-_][a-z]{4})?(?:[-_]([a-z]{2}|\d{3}))?(?:[-_]|$)/i;

/** "de_CH" → "de"; null: not a tag. */
export function languageOf(tag: string | null): string | null {
  return TAG.exec(tag ?? '')?.[1]?.toLowerCase() ?? null;
}

/** "de_CH" → "de-CH", "fi-XX" → "fi": with its region where people there write amounts and dates in their own way. */
export function readTag(tag: string | null): string | null {
  const language = languageOf(tag);
  const region = TAG.exec(tag ?? '')?.[2]?.toUpperCase();
  return language && region && isKnown(`${language}-${region}`) ? `${language}-${region}` : language;
}

/**
 * By what amounts and dates are written: the tag's own region, else the shop's country. Neither: as the language has them, and
 * English as Britain does, because in plain "en" the standard sees American.
 */
export function tagOfFormats(tag: string, country: string | null): string {
  const own = readTag(tag) ?? tag;
  if (own.includes('-')) return own;
  const there = `${own}-${country}`;
  if (country && isKnown(there)) return there;
  return own === 'en' ? 'en-GB' : own;
}

function isKnown(tag: string): boolean {
  return new Intl.NumberFormat(tag).resolvedOptions().locale === tag;
}
