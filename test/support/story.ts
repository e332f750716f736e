/** The people of a story and what they do: send a response, read their mail, open the link in it. */
import type { CancellationRequest, RequestStatus } from '../../src/domain/cancellation-request.ts';
import type { ReceivedMail } from '../world/mail/inbox.ts';
import type { DeskUnderTest } from './desk-under-test.ts';
import { linkIn, openPage, type PageForm } from './page.ts';
import { waitFor } from './wait-for.ts';
import { sendWebhook } from './webhook.ts';

export const ANA = 'ana@customer.example';
export const SAM = 'sam@pine-and-loom.example';

export interface Story {
  /** Sends a response and returns its ref. */
  respond(order: string, email?: string | null, more?: Record<string, string>): Promise<string>;
  request(ref: string): Promise<CancellationRequest | null>;
  reaches(ref: string, status: RequestStatus): Promise<CancellationRequest>;
  /** The first mail to one address that fits. */
  mail(to: string, subject: RegExp): Promise<ReceivedMail>;
  mailsTo(to: string): ReceivedMail[];
  openFrom(to: string, subject: RegExp): Promise<PageForm>;
  /** What was done to the shop, in order. */
  ledger(): string[];
  events(ref: string): Promise<string[]>;
}

export function storyOf(desk: DeskUnderTest): Story {
  let sent = 0;
  // Another one after the service was reopened.
  const records = () => desk.service.desk.store.records;
  const story: Story = {
    async respond(order, email = ANA, more = {}) {
      sent += 1;
      const answers = { ...(order ? { 'Order number': order } : {}), ...more };
      const { status, json } = await sendWebhook(
        desk.origin,
        `msg-${sent}`,
        { respondentEmail: email, answers },
        desk.service.desk.now(),
      );
      if (status !== 202) throw new Error(`The webhook answered ${status}`);
      return String(json.ref);
    },
    request: (ref) => records().requests.byRef(ref),
    reaches: (ref, status) =>
      waitFor(`${ref} to be ${status}`, async () => {
        const found = await records().requests.byRef(ref);
        return found?.status === status ? found : null;
      }),
    mail: (to, subject) =>
      desk.world.inbox.waitFor(`to ${to}: ${subject}`, (mail) => mail.to === to && subject.test(mail.subject)),
    mailsTo: (to) => desk.world.inbox.mails.filter((mail) => mail.to === to),
    async openFrom(to, subject) {
      const { text } = await story.mail(to, subject);
      return openPage(linkIn(text, /\/d\//.test(text) ? 'd' : 'r'));
    },
    ledger: () => desk.world.shopify.state.ledger.map((entry) => entry.kind),
    async events(ref) {
      const found = await records().requests.byRef(ref);
      return (await records().events.byRequest(found?.id ?? '')).map((event) => event.type);
    },
  };
  return story;
}
