/** Heads of the audit chain, one a line, in a file that is only ever appended to. Kept elsewhere, it shows a chain that was cut. */
import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import type { Anchor } from '../../domain/audit.ts';

const LINE = /^\S+ (\d+) ([0-9a-f]{64})$/;

/** @param at epoch milliseconds */
export function writeAnchor(file: string, at: number, { position, hash }: Anchor): void {
  appendFileSync(file, `${new Date(at).toISOString()} ${position} ${hash}\n`, { mode: 0o600 });
}

/** Throws on a line that is none: a file that was tampered with must not pass for an empty one. */
export function readAnchors(file: string): Anchor[] {
  if (!existsSync(file)) return [];
  const lines = readFileSync(file, 'utf8').split('\n').filter(Boolean);
  return lines.map((line, i) => {
    const [, position, hash] = LINE.exec(line) ?? [];
    if (!position || !hash) throw new Error(`${file}, line ${i + 1}: "${line.slice(0, 40)}" is no anchor`);
    return { position: Number(position), hash };
  });
}
