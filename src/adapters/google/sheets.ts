/** Responses out of the sheet that a form is linked to. Its rows have no ids and staff may edit any cell. */
import { createHash } from 'node:crypto';
import { sheets } from 'googleapis/build/src/apis/sheets/index.js';
import type { IncomingResponse } from '../../domain/response.ts';
import type { ResponseSource } from '../../ports.ts';
import type { GoogleCredentials } from './auth.ts';
import { wrapGoogleError } from './errors.ts';
import { serialReader } from './serial-date.ts';

export interface SheetsSettings {
  readonly spreadsheetId: string;
  /** A1 notation; null: the whole first sheet. */
  readonly range: string | null;
  readonly auth: GoogleCredentials;
  readonly apiOrigin: string | null;
  readonly now: () => number;
}

interface SheetFacts {
  readonly range: string;
  readonly timeZone: string;
  readonly readAt: number;
}

type Cell = string | number | boolean | null;

const TIMEOUT_MS = 20_000;
const FACTS_FRESH_MS = 10 * 60_000;

/** Google's own columns, in the languages we speak. */
const TIMESTAMP = /^(timestamp|aikaleima|tidsstämpel|tidstämpel|zeitstempel|horodateur|marca temporal)$/iu;
const EMAIL =
  /^(email address|sähköpostiosoite|e-postadress|e-mail-adresse|adresse e-mail|dirección de correo electrónico)$/iu;

export function createSheetsSource({ spreadsheetId, range, auth, apiOrigin, now }: SheetsSettings): ResponseSource {
  const api = sheets({ version: 'v4', auth: auth as never, ...(apiOrigin ? { rootUrl: `${apiOrigin}/` } : {}) });
  const call = { timeout: TIMEOUT_MS, retry: false };
  let facts: SheetFacts | null = null;

  async function readFacts(): Promise<SheetFacts> {
    if (facts && now() - facts.readAt < FACTS_FRESH_MS) return facts;
    const fields = 'properties.timeZone,sheets.properties.title';
    const { data } = await api.spreadsheets.get({ spreadsheetId, fields }, call);
    const title = data.sheets?.[0]?.properties?.title ?? 'Sheet1';
    facts = {
      range: range ?? `'${title.replaceAll("'", "''")}'`,
      timeZone: data.properties?.timeZone ?? 'UTC',
      readAt: now(),
    };
    return facts;
  }

  return {
    kind: 'sheets',
    id: spreadsheetId,
    async poll(cursor) {
      try {
        const { range: wanted, timeZone } = await readFacts();
        const { data: text } = await api.spreadsheets.values.get(
          // Formatted values would follow the sheet's locale: "1,001" for an order number.
          {
            spreadsheetId,
            range: wanted,
            valueRenderOption: 'UNFORMATTED_VALUE',
            dateTimeRenderOption: 'SERIAL_NUMBER',
          },
          { ...call, responseType: 'text' },
        );
        // A sheet is read whole, in one call. As it was last time, it isn't even parsed: thousands of rows at every poll.
        const seen = digestOf(wanted, timeZone, String(text));
        if (seen === cursor) return { responses: [], cursor, complete: false };
        const { values = [] } = JSON.parse(String(text)) as { values?: Cell[][] };
        const [header = [], ...rows] = values;
        // Without even a header it has been emptied or swapped: that doesn't say that every response is gone.
        const complete = header.length > 0;
        return { responses: rowsToResponses(spreadsheetId, header, rows, timeZone), cursor: seen, complete };
      } catch (error) {
        throw wrapGoogleError(error, `The sheet ${spreadsheetId}`);
      }
    },
  };
}

/** Pure: header and rows as the API gives them → responses. Rows are ragged, and empty ones are skipped. */
export function rowsToResponses(
  spreadsheetId: string,
  header: readonly Cell[],
  rows: readonly (readonly Cell[])[],
  timeZone: string,
): IncomingResponse[] {
  const titles = header.map((cell) => textOf(cell).trim());
  const timestampColumn = findTimestamp(titles, rows);
  const emailColumn = titles.findIndex((title) => EMAIL.test(title));
  const momentsOf = serialReader(timeZone);
  const responses = new Map<string, IncomingResponse>();
  for (const row of rows) {
    const response = toResponse(row);
    // The same words in the same second: one response, whatever the sheet's sorting or copying did to its row.
    if (response && !responses.has(response.externalId)) responses.set(response.externalId, response);
  }
  return [...responses.values()];

  function toResponse(row: readonly Cell[]): IncomingResponse | null {
    const answers = titles.flatMap((question, column) => {
      const text = textOf(row[column] ?? null);
      const isAnswer = column !== timestampColumn && column !== emailColumn && question !== '' && text.trim() !== '';
      return isAnswer ? [{ questionId: null, question, values: [text] }] : [];
    });
    const email = emailColumn >= 0 ? textOf(row[emailColumn] ?? null).trim() : '';
    if (answers.length === 0 && email === '') return null;
    const stamp = timestampColumn >= 0 ? (row[timestampColumn] ?? null) : null;
    const [submittedAt = null, orSubmittedAt] = typeof stamp === 'number' ? momentsOf(stamp) : [];
    const said = answers.map((answer) => [answer.question, ...answer.values]);
    return {
      source: 'sheets',
      sourceId: spreadsheetId,
      externalId: digestOf(stamp, email, said),
      revision: '1',
      replaces: null,
      submittedAt,
      ...(orSubmittedAt === undefined ? {} : { orSubmittedAt }),
      respondentEmail: email || null,
      // Anybody who edits the sheet may have typed it.
      emailVerified: false,
      answers,
    };
  }
}

function digestOf(...what: unknown[]): string {
  return createHash('sha256').update(JSON.stringify(what)).digest('base64url');
}

function findTimestamp(titles: readonly string[], rows: readonly (readonly Cell[])[]): number {
  const named = titles.findIndex((title) => TIMESTAMP.test(title));
  if (named >= 0) return named;
  // Another language: Google puts the stamp first, as a date's serial number. Times of day are fractions; a column of
  // order numbers has none.
  const first = rows.map((row) => row[0] ?? '').filter((cell) => cell !== '');
  const likely = first.every((cell) => typeof cell === 'number' && cell > 40_000 && cell < 80_000);
  return likely && first.some((cell) => !Number.isInteger(cell)) ? 0 : -1;
}

function textOf(cell: Cell): string {
  if (cell === null) return '';
  // Never "1e+21": what looks like a number was typed as one.
  return typeof cell === 'number'
    ? cell.toLocaleString('en-US', { useGrouping: false, maximumFractionDigits: 10 })
    : String(cell);
}
