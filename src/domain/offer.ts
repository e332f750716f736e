/** What a customer is offered instead of the cancellation, and what accepting it sets going. */

/** 0: no discount. A bigger one is a decision for the admin, not for a button. */
export const OFFER_PERCENTS = [0, 5, 10, 15, 20, 25] as const;

export interface OfferTerms {
  /** Off the next order, by a code the service makes in Shopify when the offer is accepted. */
  readonly percent: number;
  /** Something else in its place: accepted, it comes back to staff, who change the order. */
  readonly exchange: boolean;
}

export const NO_TERMS: OfferTerms = { percent: 0, exchange: false };

const DISCOUNT_DAYS = 90;

/** One of each request: made twice it is still one. */
export function discountCodeOf(ref: string): string {
  return `KEEP-${ref}`;
}

export function discountFor(ref: string, percent: number, now: number) {
  return { code: discountCodeOf(ref), percent, startsAt: now, endsAt: now + DISCOUNT_DAYS * 24 * 60 * 60_000 };
}

export type Discount = ReturnType<typeof discountFor>;
