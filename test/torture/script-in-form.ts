/** The script in the form (scripts/apps-script/Code.gs): sends each response at once, and again until it is taken. */
import { sendWebhook } from '../support/webhook.ts';
import type { FormState } from '../world/google/form-state.ts';

export interface ScriptInForm {
  /** The form's trigger: this response was sent, or edited. */
  onResponse(responseId: string): void;
  /** How many responses it has still to deliver. */
  readonly waiting: number;
  stop(): Promise<void>;
}

export function startScript(form: FormState, origin: string): ScriptInForm {
  const state = { stopped: false };
  const waiting = new Set<string>();

  /** In whatever version the response is by now. */
  async function deliver(responseId: string): Promise<boolean> {
    const response = form.responses.find((one) => one.responseId === responseId);
    if (!response) return true;
    const { respondentEmail, answers } = response;
    const stamp = new Date(response.lastSubmittedTime);
    const titles = form.questions.flatMap(({ questionId, title }) => {
      const given = answers[questionId];
      return given ? [[title, given.join(', ')] as const] : [];
    });
    const body = { responseId, submittedAt: stamp.toISOString(), respondentEmail, answers: Object.fromEntries(titles) };
    const sent = await sendWebhook(origin, `${responseId}.${stamp.getTime()}`, body).catch(() => null);
    return sent?.status === 202;
  }

  async function work(): Promise<void> {
    while (!state.stopped) {
      for (const responseId of [...waiting]) {
        // Edited while it was sent, it waits anew.
        waiting.delete(responseId);
        if (state.stopped || !(await deliver(responseId))) waiting.add(responseId);
      }
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }

  const working = work();
  return {
    onResponse: (responseId) => void waiting.add(responseId),
    get waiting() {
      return waiting.size;
    },
    async stop() {
      state.stopped = true;
      await working;
    },
  };
}
