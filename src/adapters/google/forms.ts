/** Responses of a Google Form by the Forms API. */
import { forms, type forms_v1 } from 'googleapis/build/src/apis/forms/index.js';
import type { Answer, IncomingResponse } from '../../domain/response.ts';
import type { ResponseSource } from '../../ports.ts';
import type { GoogleCredentials } from './auth.ts';
import { wrapGoogleError } from './errors.ts';

export interface FormsSettings {
  readonly formId: string;
  readonly auth: GoogleCredentials;
  readonly apiOrigin: string | null;
  readonly now: () => number;
}

interface Cursor {
  /** Largest lastSubmittedTime seen, as Google wrote it. */
  readonly since: string | null;
  /** Epoch milliseconds of the last read without a filter. */
  readonly sweptAt: number;
}

interface Questions {
  readonly titles: ReadonlyMap<string, string>;
  readonly emailVerified: boolean;
  readonly readAt: number;
}

const TIMEOUT_MS = 20_000;
const DAY_MS = 24 * 60 * 60_000;
/**
 * Read again at every poll: no order of responses is promised, and which stamp `timestamp` compares is not said. Late
 * and edited responses come through this overlap, or through the daily sweep.
 */
const OVERLAP_MS = DAY_MS;
const TITLES_FRESH_MS = 10 * 60_000;
const PAGE_SIZE = 5_000;

export function createFormsSource({ formId, auth, apiOrigin, now }: FormsSettings): ResponseSource {
  const api = forms({ version: 'v1', auth: auth as never, ...(apiOrigin ? { rootUrl: `${apiOrigin}/` } : {}) });
  // The client's own retries have no jitter and ignore Retry-After; the next poll is our retry.
  const call = { timeout: TIMEOUT_MS, retry: false };
  let questions: Questions | null = null;

  async function readQuestions(): Promise<Questions> {
    const { data } = await api.forms.get({ formId }, call);
    questions = {
      titles: titlesOf(data.items ?? []),
      // The typings lag behind the API here.
      emailVerified:
        (data.settings as { emailCollectionType?: string } | undefined)?.emailCollectionType === 'VERIFIED',
      readAt: now(),
    };
    return questions;
  }

  async function listAll(filter: string | null): Promise<forms_v1.Schema$FormResponse[]> {
    const found: forms_v1.Schema$FormResponse[] = [];
    let pageToken: string | undefined;
    do {
      const { data } = await api.forms.responses.list(
        { formId, pageSize: PAGE_SIZE, ...(filter ? { filter } : {}), ...(pageToken ? { pageToken } : {}) },
        call,
      );
      found.push(...(data.responses ?? []));
      pageToken = data.nextPageToken ?? undefined;
    } while (pageToken);
    return found;
  }

  return {
    kind: 'forms',
    id: formId,
    async poll(cursorText) {
      try {
        const cursor = readCursor(cursorText);
        const readAt = now();
        const sweep = isSweepDue(cursor, readAt);
        const found = await listAll(sweep || cursor.since === null ? null : filterSince(cursor.since));
        // Whether Google vouches for an address is said by the form as it is now, so it is read anew for what is new.
        const known =
          questions &&
          now() - questions.readAt < TITLES_FRESH_MS &&
          latest(found, cursor.since) === cursor.since &&
          allKnown(found, questions)
            ? questions
            : await readQuestions();
        const next: Cursor = { since: latest(found, cursor.since), sweptAt: sweep ? readAt : cursor.sweptAt };
        return {
          responses: found.flatMap((one) => toIncoming(formId, one, known)),
          cursor: JSON.stringify(next),
          complete: false,
        };
      } catch (error) {
        throw wrapGoogleError(error, `The form ${formId}`);
      }
    },
  };
}

/** Also when the last one is yet to come: our clock has gone back since, and what it knew is not to be relied on. */
function isSweepDue({ sweptAt }: Cursor, now: number): boolean {
  return sweptAt > now || now - sweptAt >= DAY_MS;
}

/** One that can't be read starts from the beginning: what is stored already isn't taken twice. */
function readCursor(text: string | null): Cursor {
  try {
    const { since, sweptAt } = JSON.parse(text ?? '') as Partial<Cursor>;
    if (typeof since === 'string' && !Number.isNaN(Date.parse(since)) && typeof sweptAt === 'number') {
      return { since, sweptAt };
    }
  } catch {
    // Falls through to the beginning.
  }
  return { since: null, sweptAt: 0 };
}

/** Whole milliseconds, rounded down: the stamps may have nanoseconds. */
function filterSince(since: string): string {
  return `timestamp >= ${new Date(Date.parse(since) - OVERLAP_MS).toISOString()}`;
}

function latest(found: readonly forms_v1.Schema$FormResponse[], since: string | null): string | null {
  return found.reduce((latestSoFar, { lastSubmittedTime }) => {
    if (!lastSubmittedTime) return latestSoFar;
    return latestSoFar === null || Date.parse(lastSubmittedTime) > Date.parse(latestSoFar)
      ? lastSubmittedTime
      : latestSoFar;
  }, since);
}

/** Question id → title. A question without one is called by its group. */
function titlesOf(items: readonly forms_v1.Schema$Item[]): Map<string, string> {
  const titles = new Map<string, string>();
  for (const item of items) {
    const single = item.questionItem?.question?.questionId;
    if (single) titles.set(single, item.title ?? '');
    for (const question of item.questionGroupItem?.questions ?? []) {
      const row = question.rowQuestion?.title;
      if (question.questionId) titles.set(question.questionId, [item.title, row].filter(Boolean).join(': '));
    }
  }
  return titles;
}

function allKnown(found: readonly forms_v1.Schema$FormResponse[], { titles }: Questions): boolean {
  return found.every((response) => Object.keys(response.answers ?? {}).every((id) => titles.has(id)));
}

function toIncoming(formId: string, response: forms_v1.Schema$FormResponse, questions: Questions): IncomingResponse[] {
  const { responseId, lastSubmittedTime, createTime, respondentEmail } = response;
  // Without an id nothing could tell it from another one; Google's schema always has it.
  if (!responseId) return [];
  const stamp = lastSubmittedTime ?? createTime ?? null;
  const submittedAt = stamp ? Date.parse(stamp) : Number.NaN;
  return [
    {
      source: 'forms',
      sourceId: formId,
      externalId: responseId,
      revision: stamp ?? '',
      replaces: null,
      submittedAt: Number.isNaN(submittedAt) ? null : submittedAt,
      respondentEmail: respondentEmail ?? null,
      emailVerified: questions.emailVerified && Boolean(respondentEmail),
      answers: Object.entries(response.answers ?? {}).map(([id, answer]) => toAnswer(id, answer, questions)),
    },
  ];
}

function toAnswer(questionId: string, answer: forms_v1.Schema$Answer, { titles }: Questions): Answer {
  const texts = (answer.textAnswers?.answers ?? []).map((one) => one.value ?? '');
  const files = (answer.fileUploadAnswers?.answers ?? []).map((one) => one.fileName ?? '');
  return { questionId, question: titles.get(questionId) ?? `Question ${questionId}`, values: [...texts, ...files] };
}
