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
    switch (fieldOfQuestion(answer.question)) {
      case 'reason':
      case 'message':
        return [{ question: null, text }];
      case 'orderReference':
        return text.length > LONGEST_REFERENCE ? [{ question: answer.question, text }] : [];
      case null:
        return [{ question: answer.question, text }];
      case 'email':
      case 'name':
      case 'phone':
      case 'postcode':
        return [];
    }
  });
}
