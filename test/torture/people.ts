import { linkIn, openPage, type PageForm, sendAgreed } from '../support/page.ts';
import type { World } from '../world/server.ts';

export interface AnsweringPeople {
  pause(): void;
  resume(): void;
  /** Answers that were taken. */
  readonly answered: number;
  stop(): Promise<void>;
}

/** A mail that somebody answers by the link in it. */
export interface Answering {
  /** Of the subject; its first group that matches is the order's name. */
  readonly asks: RegExp;
  readonly link: 'd' | 'r';
  /** What is sent; null: there is nothing (left) to answer on the page. */
  values(orderName: string, page: PageForm): Record<string, string> | null;
}

const ASKS_STAFF =
  /: cancel (#\d+)\?$|: (?:a part of )?(#\d+) could not be (?:cancelled|changed)$|: no return could be opened for (#\d+)$/;

/** @param values of a decision; null where the page doesn't offer it */
export function staffAnswering(values: Answering['values']): Answering {
  return { asks: ASKS_STAFF, link: 'd', values };
}

export const APPROVING = staffAnswering((name, { buttons }) =>
  buttons.includes('approve') ? { decision: 'approve', confirm: name.slice(-4) } : null,
);

/** The owner of the order, where Google's word for their address doesn't come or comes too late. */
export const CONFIRMING: Answering = {
  asks: /^Was it you\? Cancelling order (#\d+)/,
  link: 'r',
  values: (_, { buttons }) => (buttons.includes('confirm') ? { action: 'confirm', was_me: 'yes' } : null),
};

interface Open {
  readonly rule: Answering;
  readonly text: string;
  readonly name: string;
}

/** Sam, and customers where they are asked, answer each mail by the link in it, again and again while the service is down. */
export function answerWhatComes(world: World, rules: readonly Answering[]): AnsweringPeople {
  const state = { stopped: false, paused: false, answered: 0, seen: 0 };
  let open: Open[] = [];

  async function work(): Promise<void> {
    while (!state.stopped) {
      const { mails } = world.inbox;
      for (; state.seen < mails.length; state.seen += 1) {
        const { subject, text } = mails[state.seen] ?? { subject: '', text: '' };
        for (const rule of rules) {
          const name = rule.asks.exec(subject)?.slice(1).find(Boolean);
          if (name) open.push({ rule, text, name });
        }
      }
      if (!state.paused) {
        const left = [];
        for (const one of open) if (!state.stopped && !(await isSettled(one))) left.push(one);
        open = left;
      }
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }

  async function isSettled({ rule, text, name }: Open): Promise<boolean> {
    try {
      // Another address each time: dead links count against one.
      const from = `198.51.100.${Math.floor(Math.random() * 250)}`;
      const page = await openPage(linkIn(text, rule.link), from);
      if (page.status >= 500) return false;
      const values = rule.values(name, page);
      if (!values) return true;
      const answer = await sendAgreed(page, values, from);
      if (answer.status !== 200 || rule.values(name, answer)) return false;
      state.answered += 1;
      return true;
    } catch {
      // It is down just now; the link works again when it is up.
      return false;
    }
  }

  const working = work();
  return {
    pause() {
      state.paused = true;
    },
    resume() {
      state.paused = false;
    },
    get answered() {
      return state.answered;
    },
    async stop() {
      state.stopped = true;
      await working;
    },
  };
}
