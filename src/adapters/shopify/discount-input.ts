import type { Discount } from '../../domain/offer.ts';
import type { CreateDiscountMutationVariables } from './admin.generated.ts';

/** So much off one later order of whoever has the code. */
export function toDiscountInput({
  code,
  percent,
  startsAt,
  endsAt,
}: Discount): CreateDiscountMutationVariables['discount'] {
  return {
    code,
    title: `Cancel Desk ${code}`,
    startsAt: new Date(startsAt).toISOString(),
    endsAt: new Date(endsAt).toISOString(),
    usageLimit: 1,
    context: { all: 'ALL' },
    customerGets: { value: { percentage: percent / 100 }, items: { all: true } },
  };
}
