/**
 * Heads of the audit chain, one a line, in a file that is only ever appended to. Kept elsewhere, it shows a chain that was
 * cut. The newest head stands in a file beside it, written over each time: it shows a database that was put back.
 */
import { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Anchor } from '../../domain/audit.ts';
import { headsAfterRestores, type WrittenHead } from '../../domain/audit-heads.ts';
import type { HeadFile } from '../../ports.ts';

const LINE = /^(\S+) (restored )?(\d+) ([0-9a-f]{64}|-)$/;
const RESTORED = 'restored ';
const OWNER_ONLY = 0o600;

export function headFile(file: string): HeadFile {
  const beside = `${file}.newest`;
  const append = (text: string) => {
    makeFolder(file);
    appendFileSync(file, text, { mode: OWNER_ONLY });
  };
  return {
    write: (head) => append(`${lineOf(head)}\n`),
    noteRestored(head) {
      append(`${lineOf({ ...head, isRestore: true })}\n`);
      this.writeNewest(head);
    },
    writeNewest(head) {
      makeFolder(beside);
      // Several workers may share it: at worst it is the head of a moment before, or none for a moment.
      writeFileSync(beside, `${lineOf(head)}\n`, { mode: OWNER_ONLY });
    },
    newest() {
      try {
        return [
          ...linesOf(beside).flatMap((line) => parse(line) ?? []),
          ...headsAfterRestores(readHeads(file)).anchors,
        ];
      } catch {
        // A start doesn't hang on them; "audit verify" says what is wrong.
        return [];
      }
    },
    tryOut: () => append(''),
  };
}

/** Throws on a line that is none: a file that was tampered with must not pass for an empty one. */
export function readHeads(file: string): WrittenHead[] {
  return linesOf(file).map((line, i) => {
    const head = parse(line);
    if (!head) throw new Error(`${file}, line ${i + 1}: "${line.slice(0, 40)}" is no anchor`);
    return head;
  });
}

function parse(line: string): WrittenHead | null {
  const [, time = '', restored, position, hash] = LINE.exec(line) ?? [];
  const at = Date.parse(time);
  if (!position || !hash || Number.isNaN(at)) return null;
  const isRestore = restored !== undefined;
  // Nothing but a restore is at a chain that is empty yet.
  if (hash === '-' && !(isRestore && Number(position) === 0)) return null;
  return { at, position: Number(position), hash: hash === '-' ? '' : hash, isRestore };
}

function lineOf({ at, position, hash, isRestore }: Anchor & { at: number; isRestore?: boolean }): string {
  return `${new Date(at).toISOString()} ${isRestore ? RESTORED : ''}${position} ${hash || '-'}`;
}

function linesOf(file: string): string[] {
  return textOf(file).split('\n').filter(Boolean);
}

function textOf(file: string): string {
  return existsSync(file) ? readFileSync(file, 'utf8') : '';
}

function makeFolder(file: string): void {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
}
