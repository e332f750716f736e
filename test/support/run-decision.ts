import type { DeskUnderTest } from './desk-under-test.ts';
import { linkIn, openPage, sendForm } from './page.ts';

/** Approves a request as Sam does, from the mail. */
export async function runDecision({ world, service }: DeskUnderTest, ref: string): Promise<void> {
  const mail = await world.inbox.waitFor(
    `to Sam about ${ref}`,
    (one) => one.to === 'sam@pine-and-loom.example' && one.subject.includes(ref),
  );
  const order = (await service.desk.store.records.requests.byRef(ref))?.orderName ?? '';
  const answer = await sendForm(await openPage(linkIn(mail.text, 'd')), {
    decision: 'approve',
    confirm: order.slice(-4),
  });
  if (!answer.html.includes('approved it'))
    throw new Error(`The approval of ${ref} was not taken (HTTP ${answer.status})`);
}
