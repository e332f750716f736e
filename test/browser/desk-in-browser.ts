/** People at a browser without JavaScript: they open mails in the inbox, follow the links, fill in what they find. */
import type { Browser, Page } from 'playwright-core';
import { newPage } from '../support/browser.ts';
import { type DeskUnderTest, startDesk } from '../support/desk-under-test.ts';
import { SAM, type Story, storyOf } from '../support/story.ts';
import type { OrderSpec } from '../world/shopify/make-order.ts';
import type { ShopOrder } from '../world/shopify/shop-order.ts';

export interface Customer {
  readonly email: string;
  readonly ref: string;
  /** As it stands in the shop. */
  readonly order: ShopOrder;
  /** The last four characters of the order's name. */
  readonly tail: string;
}

export interface DeskInBrowser {
  readonly desk: DeskUnderTest;
  readonly story: Story;
  readonly page: Page;
  /** Somebody new asks for a new order of theirs to be cancelled. */
  asks(spec?: OrderSpec): Promise<Customer>;
  /** Opens the first fitting mail that wasn't opened before, and follows its link. */
  follow(to: string, subject: RegExp): Promise<void>;
  /** Opens a mail in the inbox; its text is looked at, its links are left alone. */
  read(to: string, subject: RegExp): Promise<string>;
  staffOpen(customer: Customer): Promise<void>;
  signIn(): Promise<void>;
  press(button: string | RegExp): Promise<void>;
  /** Opens a part of the page that is folded away. */
  unfold(summary: string): Promise<void>;
  /** What was done to this order, in order. */
  ledger(customer: Customer): string[];
  close(): Promise<void>;
}

const POLICY = 'proof: { level: none }\nhold: false\nlimits: { staff_mails: 100000, mails_per_source: 100000 }\n';

export async function deskInBrowser(
  browser: Browser,
  viewport: { width: number; height: number },
  policy = POLICY,
): Promise<DeskInBrowser> {
  const desk = await startDesk({ policy });
  const story = storyOf(desk);
  const page = await newPage(browser, viewport);
  // Everything is there at once or never: a fault should say what was looked for, not that the test took long.
  page.setDefaultTimeout(8_000);
  let people = 0;
  const opened = new Set<number>();

  const openMail = async (to: string, subject: RegExp) => {
    const mail = await desk.world.inbox.waitFor(
      `unread, to ${to}: ${subject}`,
      (one) => one.to === to && subject.test(one.subject) && !opened.has(one.number),
    );
    opened.add(mail.number);
    await page.goto(`${desk.world.origin}/inbox/${mail.number}`);
    return mail.text;
  };
  const self: DeskInBrowser = {
    desk,
    story,
    page,
    async asks(spec = {}) {
      people += 1;
      const email = `customer-${people}@customer.example`;
      const order = desk.world.shopify.state.addOrder({ email, ...spec });
      const ref = await story.respond(order.name, email);
      return { email, ref, order, tail: order.name.slice(-4) };
    },
    async follow(to, subject) {
      await openMail(to, subject);
      const link = page.frameLocator('iframe').locator('a[href*="/d/"], a[href*="/r/"], a[href*="/sign-in/"]').first();
      const hasLeft = () =>
        page
          .waitForURL((url) => url.origin !== desk.world.origin, { timeout: 2_500, waitUntil: 'commit' })
          .then(
            () => true,
            () => false,
          );
      // A click into a frame that is still being laid out is lost now and then.
      for (let left = 3; left > 0; left -= 1) {
        await link.click();
        if (await hasLeft()) break;
      }
      await page.locator('main h1').waitFor();
    },
    read: openMail,
    staffOpen: ({ ref }) => self.follow(SAM, new RegExp(`^${ref}: cancel`)),
    async signIn() {
      await page.goto(`${desk.origin}/sign-in`);
      await page.getByLabel('E-mail').fill(SAM);
      await self.press('Send me the link');
      await self.follow(SAM, /Sign in/);
      await page.getByRole('checkbox').check();
      await self.press('Sign in');
    },
    press: (button) => page.getByRole('button', { name: button }).click(),
    unfold: (summary) => page.locator('summary', { hasText: summary }).click(),
    ledger: ({ order }) =>
      desk.world.shopify.state.ledger.filter((entry) => entry.orderId === order.id).map((entry) => entry.kind),
    async close() {
      await page.context().close();
      await desk.close();
    },
  };
  return self;
}
