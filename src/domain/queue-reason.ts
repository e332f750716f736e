/** Why a request stands where it does, in few words: what staff do next hangs on it. */
import { blockOf } from './cancel-check.ts';
import type { CancellationRequest, RequestStatus } from './cancellation-request.ts';
import { wordsOf } from './customers-words.ts';
import { isEnded } from './lifecycle.ts';
import { type Phrase, phrase } from './phrase.ts';
import { shippingOf } from './shipping-order.ts';

/** The most urgent first. */
export function reasonsOf(request: CancellationRequest): Phrase[] {
  const { status, payback, undelivered, hold } = request;
  const isOver = isEnded(status);
  return [
    ...(payback && !payback.done ? [phrase('queue_why.payback', { amount: payback.amount })] : []),
    ...(undelivered ? [phrase('queue_why.undelivered', { address: undelivered.address })] : []),
    ...(hold?.state === 'not_released' ? [phrase('hold.not_released')] : []),
    ...(isOver ? [] : [...ofStatus(request), ...ofOrder(request)]),
  ];
}

/** What else there is to say of these; of the others only what went wrong. */
const OF_STATUS: Partial<Record<RequestStatus, (request: CancellationRequest) => Phrase[]>> = {
  needs_match: ({ match }) => (match ? [phrase(`match_reason.${match.reason}`)] : []),
  needs_customer: ({ asking }) => (asking ? [phrase(`queue_why.asked_${asking.kind}`)] : []),
  waiting: ({ assessment }) => (assessment?.waitsFor ? [phrase(`waits_for.${assessment.waitsFor}`)] : []),
  awaiting_decision: ({ assessment, approvals }) => {
    const wanted = assessment?.approvals ?? 1;
    const isBegun = wanted > 1 && approvals.length > 0;
    return isBegun ? [phrase('history.approvals', { so_far: approvals.length, wanted })] : [];
  },
  approved: ({ undoUntil }) => (undoUntil === null ? [] : [phrase('queue_why.undo', { until: { time: undoUntil } })]),
};

function ofStatus(request: CancellationRequest): Phrase[] {
  const { status, trouble, doubt } = request;
  const why = [
    ...(doubt ? [phrase(`warning.${doubt}`)] : []),
    ...(trouble ? [phrase(`refusal.${trouble.reason}`)] : []),
  ];
  return [...why, ...(OF_STATUS[status]?.(request) ?? [])];
}

function ofOrder(request: CancellationRequest): Phrase[] {
  const { order, hold } = request;
  if (!order) return [];
  const { deadline } = shippingOf(request);
  return [
    ...(order.riskRecommendation === 'CANCEL' ? [phrase('queue_why.risk')] : []),
    ...(blockOf(order) === 'already_shipped' ? [phrase('queue_why.shipped')] : []),
    ...(hold?.state === 'too_late' ? [phrase('hold.too_late')] : []),
    ...(deadline === null ? [] : [phrase('queue_why.ship_by', { when: { time: deadline } })]),
  ];
}

const LONGEST = 80;
const letters = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

/** The beginning of what the customer said beyond who they are and which order they mean; null: nothing. */
export function beginningOfWords({ answers }: Pick<CancellationRequest, 'answers'>): string | null {
  const words = wordsOf(answers)
    .map(({ text }) => text)
    .join(' · ')
    .replace(/\s+/gu, ' ')
    .trim();
  if (words === '') return null;
  const shown = [...letters.segment(words)].slice(0, LONGEST + 1).map(({ segment }) => segment);
  return shown.length > LONGEST ? `${shown.slice(0, LONGEST).join('').trimEnd()}…` : shown.join('');
}
