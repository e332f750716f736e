/** Ten people, two hundred clicks at the same moment: one decision, and everybody else is told whose. */
import { type PageForm, sendForm } from './page.ts';

const PEOPLE = 10;
export const CLICKS = 200;
export const CLICKING = Array.from({ length: PEOPLE }, (_, i) => `person-${i}@pine-and-loom.example`);

export interface Clicked {
  readonly decision: 'approve' | 'decline' | null;
  readonly violations: readonly string[];
}

/** @param pages one of each person, in their order */
export async function clickAll(pages: readonly PageForm[], orderName: string): Promise<Clicked> {
  const answers = await Promise.all(
    Array.from({ length: CLICKS }, (_, i) => {
      const page = pages[i % PEOPLE];
      if (!page) throw new Error('no page');
      // Each click from a place of its own: refusals are limited by address, and that is another test.
      return sendForm(page, valuesOf(i, orderName), `198.51.100.${i}`);
    }),
  );
  // A redirect to the decided page is the winner's; the others are refused and shown who decided.
  const winners = answers.flatMap(({ status }, i) => (status === 200 ? [i] : []));
  const [winner] = winners;
  if (winner === undefined || winners.length > 1) {
    return { decision: null, violations: [`${orderName}: ${winners.length} clicks were taken`] };
  }
  const decider = CLICKING[winner % PEOPLE] ?? '';
  const violations = answers.flatMap(({ status, html }, i) => {
    if (![200, 404, 409].includes(status)) return [`${orderName}: click ${i} was answered ${status}`];
    return status === 404 || html.includes(decider) ? [] : [`${orderName}: click ${i} was not told who decided`];
  });
  return { decision: decisionOf(winner, orderName), violations };
}

/** Every other time an approval is sent first. */
function decisionOf(click: number, orderName: string): 'approve' | 'decline' {
  return (click + Number(orderName.slice(1))) % 2 ? 'approve' : 'decline';
}

function valuesOf(click: number, orderName: string): Record<string, string> {
  return decisionOf(click, orderName) === 'approve'
    ? { decision: 'approve', confirm: orderName.slice(-4) }
    : { decision: 'decline', reason: `no, says click ${click}` };
}
