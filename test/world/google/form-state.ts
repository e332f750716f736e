/** The world's Google Form and the sheet it is linked to: one submission lands in both at the same moment. */
import { randomBytes } from 'node:crypto';

export interface FormQuestion {
  readonly questionId: string;
  readonly title: string;
  readonly kind: 'text' | 'paragraph' | 'choice';
  readonly options?: readonly string[];
  readonly required?: boolean;
}

export interface StoredResponse {
  readonly responseId: string;
  readonly createTime: string;
  lastSubmittedTime: string;
  respondentEmail: string | null;
  /** By question id. */
  answers: Record<string, string[]>;
}

export type SheetRow = (string | number)[];

export interface FormOptions {
  readonly now: () => number;
  readonly formId?: string;
  readonly spreadsheetId?: string;
  readonly title?: string;
  readonly questions?: readonly FormQuestion[];
  readonly emailCollectionType?: 'DO_NOT_COLLECT' | 'VERIFIED' | 'RESPONDER_INPUT';
  /** Header texts of Google's own columns. */
  readonly sheetWords?: { readonly timestamp: string; readonly email: string };
  readonly timeZone?: string;
}

export const ENGLISH_QUESTIONS: readonly FormQuestion[] = [
  { questionId: '1a2b3c01', title: 'Order number', kind: 'text' },
  { questionId: '1a2b3c02', title: 'Your name', kind: 'text' },
  {
    questionId: '1a2b3c03',
    title: 'Why do you want to cancel?',
    kind: 'choice',
    options: ['Ordered by mistake', 'Found a better price', 'Delivery takes too long', 'Other'],
  },
  { questionId: '1a2b3c04', title: 'Anything else?', kind: 'paragraph' },
];

export class FormState {
  readonly formId: string;
  readonly spreadsheetId: string;
  readonly title: string;
  readonly timeZone: string;
  readonly emailCollectionType: string;
  questions: readonly FormQuestion[];
  readonly responses: StoredResponse[] = [];
  readonly rows: SheetRow[] = [];
  readonly #now: () => number;
  readonly #words: { readonly timestamp: string; readonly email: string };
  /** Which row a response wrote, by identity: rows move. */
  readonly #rowOf = new Map<string, SheetRow>();

  constructor(options: FormOptions) {
    this.#now = options.now;
    this.formId = options.formId ?? '1FAIpQLSdemoForm';
    this.spreadsheetId = options.spreadsheetId ?? '1demoSheet';
    this.title = options.title ?? 'Cancel an order';
    this.questions = options.questions ?? ENGLISH_QUESTIONS;
    this.emailCollectionType = options.emailCollectionType ?? 'RESPONDER_INPUT';
    this.#words = options.sheetWords ?? { timestamp: 'Timestamp', email: 'Email Address' };
    this.timeZone = options.timeZone ?? 'Europe/Helsinki';
  }

  submit(email: string | null, answers: Record<string, string | string[]>): StoredResponse {
    const at = this.#now();
    const response: StoredResponse = {
      responseId: `ACYDBN${randomBytes(15).toString('base64url')}`,
      // One and the same moment, in Google's two precisions.
      createTime: new Date(at).toISOString(),
      lastSubmittedTime: new Date(at).toISOString().replace('Z', '199Z'),
      respondentEmail: this.emailCollectionType === 'DO_NOT_COLLECT' ? null : email,
      answers: listAnswers(answers),
    };
    this.responses.push(response);
    const row = this.#toRow(response, at);
    this.rows.push(row);
    this.#rowOf.set(response.responseId, row);
    return response;
  }

  /** By the edit link: same response, new stamp; the sheet's row is rewritten, timestamp and all. */
  edit(responseId: string, answers: Record<string, string | string[]>): StoredResponse {
    const response = this.responses.find((one) => one.responseId === responseId);
    if (!response) throw new Error(`The world's form has no response ${responseId}`);
    const at = this.#now();
    response.answers = { ...response.answers, ...listAnswers(answers) };
    response.lastSubmittedTime = new Date(at).toISOString().replace('Z', '731Z');
    const row = this.#rowOf.get(responseId);
    if (row) row.splice(0, row.length, ...this.#toRow(response, at));
    return response;
  }

  header(): string[] {
    const email = this.emailCollectionType === 'DO_NOT_COLLECT' ? [] : [this.#words.email];
    return [this.#words.timestamp, ...email, ...this.questions.map((question) => question.title)];
  }

  #toRow(response: StoredResponse, at: number): SheetRow {
    const email = this.emailCollectionType === 'DO_NOT_COLLECT' ? [] : [response.respondentEmail ?? ''];
    const cells = this.questions.map((question) => {
      const text = (response.answers[question.questionId] ?? []).join(', ');
      // Sheets turns what looks like a number into one.
      return /^[1-9]\d{0,14}$/.test(text) ? Number(text) : text;
    });
    const row: SheetRow = [toSerial(at, this.timeZone), ...email, ...cells];
    while (row.length > 1 && row.at(-1) === '') row.pop();
    return row;
  }
}

function listAnswers(answers: Record<string, string | string[]>): Record<string, string[]> {
  const listed = Object.entries(answers).map(([id, value]) => [id, Array.isArray(value) ? value : [value]] as const);
  return Object.fromEntries(listed.filter(([, values]) => values.some((value) => value !== '')));
}

/** Epoch milliseconds → days since 1899-12-30 on the sheet's wall clock, to the second as a form writes it. */
function toSerial(at: number, timeZone: string): number {
  const wall = Temporal.Instant.fromEpochMilliseconds(Math.floor(at / 1000) * 1000)
    .toZonedDateTimeISO(timeZone)
    .toPlainDateTime();
  return (Date.parse(`${wall.toString()}Z`) - Date.UTC(1899, 11, 30)) / 86_400_000;
}
