/** What a customer said beyond who they are and which order they mean: what staff read first. */
import { answerText, fieldOfQuestion } from './question-mapping.ts';
import type { Answer } from './response.ts';

export interface CustomersWords {
  /** null: a question of a kind that needs no repeating. */
  readonly question: string | null;
  readonly text: string;
}

/** An order number with a sentence around it says more than a number. */
const LONGEST_REFERENCE = 25;

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
