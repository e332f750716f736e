/** What an unforeseen error brings into the log: where, never what it quotes. */
import { describe, expect, it } from 'vitest';
import { traceOf } from '../../src/steps/trace-of.ts';

const QUOTED = 'ana@customer.example';

describe('the trace of an error', () => {
  it.each([
    ['what it quotes', () => BigInt(QUOTED)],
    ['what a JSON text quotes', () => JSON.parse(`{"a": ${QUOTED}`)],
    [
      'a message that looks like a stack',
      () => {
        throw new TypeError(`x\n    at ${QUOTED} (file.ts:1:2)\nat ${QUOTED}`);
      },
    ],
  ])('has its place and not %s', (_, work) => {
    let trace = '';
    try {
      work();
    } catch (error) {
      trace = traceOf(error);
    }
    expect(trace).toMatch(/^(?:Syntax|Type)Error\n\s+at /);
    expect(trace).toContain('log-trace.test.ts');
    expect(trace).not.toContain(QUOTED);
  });

  it('of something thrown that is no error is its type', () => {
    expect(traceOf(QUOTED)).toBe('string');
  });
});
