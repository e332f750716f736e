/** How mails and pages look to customers, and what they say in the shop's own words. */
import { z } from 'zod';
import { BUILT_IN_COLOR } from './adapters/templates/brand-style.ts';
import type { CustomerText } from './domain/policy/policy.ts';

export interface Brand {
  /** null: the shop's name. */
  readonly name: string | null;
  /** "#1f5f4a": of buttons. */
  readonly color: string;
  /** https address of a picture; null: none. */
  readonly logo: string | null;
  /** Last line of customers' mails, such as "Your friends at Pine & Loom". */
  readonly signOff: CustomerText | null;
  /** Where the shop takes returns. */
  readonly returnsUrl: CustomerText | null;
}

/** Of templates/locales. */
export const LANGUAGES = ['en', 'fi', 'sv', 'de', 'fr', 'es'] as const;
type Language = (typeof LANGUAGES)[number];
type InEach<Name extends string> = `${Name}_${Uppercase<Language>}`;

const signOff = z.string().max(200, 'is longer than 200 characters').optional();
const returnsUrl = z.url({ protocol: /^https$/, error: 'must be an https address' }).optional();

export const brandFields = z.object({
  BRAND_NAME: z.string().max(80, 'is longer than 80 characters').optional(),
  BRAND_COLOR: z
    .string()
    .regex(/^#[0-9a-fA-F]{6}$/, 'must be a colour such as #1f5f4a')
    .default(BUILT_IN_COLOR),
  BRAND_LOGO: z.url({ protocol: /^https$/, error: 'must be an https address of a picture' }).optional(),
  BRAND_SIGN_OFF: signOff,
  ...inEach('BRAND_SIGN_OFF', signOff),
  RETURNS_URL: returnsUrl,
  ...inEach('RETURNS_URL', returnsUrl),
});

function inEach<Name extends string, Field>(name: Name, field: Field): Record<InEach<Name>, Field> {
  return Object.fromEntries(LANGUAGES.map((language) => [inLanguage(name, language), field])) as Record<
    InEach<Name>,
    Field
  >;
}

function inLanguage<Name extends string>(name: Name, language: Language): InEach<Name> {
  return `${name}_${language.toUpperCase() as Uppercase<Language>}`;
}

export function toBrand(env: z.infer<typeof brandFields>): Brand {
  const text = (name: 'BRAND_SIGN_OFF' | 'RETURNS_URL'): CustomerText | null => {
    const texts = LANGUAGES.map((language) => [language, env[inLanguage(name, language)] ?? env[name] ?? ''] as const);
    // Nothing rather than another language's.
    return texts.some(([, one]) => one !== '') ? Object.fromEntries(texts) : null;
  };
  return {
    name: env.BRAND_NAME ?? null,
    color: env.BRAND_COLOR,
    logo: env.BRAND_LOGO ?? null,
    signOff: text('BRAND_SIGN_OFF'),
    returnsUrl: text('RETURNS_URL'),
  };
}
