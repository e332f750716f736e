/** What a customer said beyond who they are and which order they mean: what staff read first. */
import type { RequestFields } from './cancellation-request.ts';
import { answerText, fieldOfQuestion } from './question-mapping.ts';
import type { Answer } from './response.ts';

export interface CustomersWords {
  /** null: a question of a kind that needs no repeating. */
  readonly question: string | null;
  readonly text: string;
}

/** An order number with a sentence around it says more than a number. */
const LONGEST_REFERENCE = 25;

/** No room for a telephone number, nor for a sentence. */
const PLAIN_REFERENCE = /^(?=.{1,20}$)(?!(?:\D*\d){9})(?=.*\d)[#№\p{L}\d-]+(?: [#№\p{L}\d-]+)?$/u;

/**
 * The order number as it was typed, to be said back to whoever may have typed it. A form can be made to write to anybody:
 * nothing that could be a message, and nothing that a mail program makes a link of.
 */
export function typedReference({ orderReference }: Pick<RequestFields, 'orderReference'>): string | null {
  const typed = orderReference?.trim() ?? '';
  return PLAIN_REFERENCE.test(typed) ? typed : null;
}

export function wordsOf(answers: readonly Answer[]): CustomersWords[] {
  return answers.flatMap((answer): CustomersWords[] => {
    const text = answerText(answer);
    if (!text) return [];
    const field = fieldOfQuestion(answer.question);
    if (field === 'reason' || field === 'message') return [{ question: null, text }];
    const tells = field === null || (field === 'orderReference' && text.length > LONGEST_REFERENCE);
    return tells ? [{ question: answer.question, text }] : [];
  });
}
