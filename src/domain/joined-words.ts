/** What a second response for the same order says that the first doesn't: "please don't cancel" above all. */
import type { CancellationRequest } from './cancellation-request.ts';
import { wordsOf } from './customers-words.ts';
import { foldText } from './fold-text.ts';
import { answerText } from './question-mapping.ts';
import type { Answer } from './response.ts';

type Said = Pick<CancellationRequest, 'ref' | 'answers'>;

/** As answers of the first one, each under the ref of the one that it came with; none: it says the same. */
export function newsIn(second: Said, first: Pick<Said, 'answers'>): Answer[] {
  const known = new Set(first.answers.map((answer) => keyOf(answerText(answer))));
  return wordsOf(second.answers)
    .filter(({ text }) => !known.has(keyOf(text)))
    .map(({ question, text }) => ({
      questionId: null,
      question: question ? `${second.ref}: ${question}` : second.ref,
      values: [text],
      joined: second.ref,
    }));
}

/** A response that is edited stands beside what others have said since. */
export function withJoined(edited: readonly Answer[], before: readonly Answer[]): Answer[] {
  return [...edited, ...before.filter(({ joined }) => joined !== undefined)];
}

function keyOf(text: string): string {
  return foldText(text).replace(/\s+/g, ' ').trim();
}
