import { linkIn, openPage, sendForm } from '../support/page.ts';
import type { World } from '../world/server.ts';

export interface ApprovingStaff {
  pause(): void;
  resume(): void;
  /** Approvals that were taken. */
  readonly approved: number;
  stop(): Promise<void>;
}

const ASKS = /: cancel (#\d+)\?$|: (#\d+) could not be cancelled$/;

/** Sam opens each mail that asks for a decision and approves, again and again while the service is down. */
export function approveWhatComes(world: World): ApprovingStaff {
  const state = { stopped: false, paused: false, approved: 0, seen: 0 };
  let open: { text: string; name: string }[] = [];

  async function work(): Promise<void> {
    while (!state.stopped) {
      const { mails } = world.inbox;
      for (; state.seen < mails.length; state.seen += 1) {
        const mail = mails[state.seen];
        const asked = ASKS.exec(mail?.subject ?? '');
        if (mail && asked) open.push({ text: mail.text, name: asked[1] ?? asked[2] ?? '' });
      }
      if (!state.paused) {
        const left = [];
        for (const one of open) if (!state.stopped && !(await isSettled(one))) left.push(one);
        open = left;
      }
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }

  async function isSettled({ text, name }: { text: string; name: string }): Promise<boolean> {
    try {
      // Another address each time: dead links count against one.
      const from = `198.51.100.${Math.floor(Math.random() * 250)}`;
      const page = await openPage(linkIn(text, 'd'), from);
      if (page.status >= 500) return false;
      if (!page.buttons.includes('approve')) return true;
      const answer = await sendForm(page, { decision: 'approve', confirm: name.slice(-4) }, from);
      if (answer.status !== 200 || answer.buttons.includes('approve')) return false;
      state.approved += 1;
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
    get approved() {
      return state.approved;
    },
    async stop() {
      state.stopped = true;
      await working;
    },
  };
}
