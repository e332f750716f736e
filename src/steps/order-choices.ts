import { type Choice, choicesOf, toChoice } from '../domain/ask-customer.ts';
import type { CancellationRequest } from '../domain/cancellation-request.ts';
import type { Desk } from './desk.ts';

/** The orders a customer is asked about, as they stand now; while Shopify is away by what they were found by alone. */
export async function readChoices(
  { freshOrder }: Pick<Desk, 'freshOrder'>,
  { match }: Pick<CancellationRequest, 'match'>,
): Promise<Choice[]> {
  const found = match ? choicesOf(match) : [];
  const read = await Promise.all(found.map(async (one) => ({ one, ...(await freshOrder.look(one.orderId)) })));
  const choices = read.flatMap(({ one, order, live }) => (order || !live ? [toChoice(one, order)] : []));
  // What can still be cancelled first.
  return [...choices.filter(({ state }) => state === 'open'), ...choices.filter(({ state }) => state !== 'open')];
}
