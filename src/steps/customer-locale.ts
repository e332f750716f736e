import type { CancellationRequest } from '../domain/cancellation-request.ts';
import { isVeiled, ownOrderOf } from '../domain/customer-standing.ts';
import { languageOfForm } from '../domain/question-mapping.ts';
import type { Desk } from './desk.ts';

/**
 * The language in which somebody is written to. Whose language an order has is something about the order: whoever only
 * claims it is spoken to as they wrote.
 */
export function localeFor(
  { renderer, defaultLocale }: Pick<Desk, 'renderer' | 'defaultLocale'>,
  request: CancellationRequest,
  person: string,
): string {
  if (isVeiled(request, person)) return renderer.bestLocale(languageOfForm(request.answers)) ?? defaultLocale;
  return renderer.bestLocale(ownOrderOf(request, person)?.locale ?? null) ?? request.locale;
}
