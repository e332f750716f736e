import type Handlebars from 'handlebars';
import { type CustomerText, textFor } from '../../domain/policy/policy.ts';
import { brandStyle } from './brand-style.ts';

export interface BrandLook {
  readonly color: string;
  readonly logo: string | null;
  readonly signOff: CustomerText | null;
  /** Where the shop takes returns. */
  readonly returnsUrl: CustomerText | null;
}

/** Nothing that a customer writes comes near these: they are settings. */
export function registerBrand(environment: typeof Handlebars, { color, logo, signOff, returnsUrl }: BrandLook): void {
  const inLanguage = (text: CustomerText | null) => (options: Handlebars.HelperOptions) =>
    text === null ? '' : textFor(text, String(options.data.language));
  environment.registerHelper({
    brandLogo: () => logo ?? '',
    isBranded: () => brandStyle(color) !== '',
    brandSignOff: inLanguage(signOff),
    returnsUrl: inLanguage(returnsUrl),
    /** Unless the text beside it has it already. */
    returnsUrlBeside: (text: string | null, options: Handlebars.HelperOptions) => {
      const url = inLanguage(returnsUrl)(options);
      return text?.includes(url) ? '' : url;
    },
  });
}
