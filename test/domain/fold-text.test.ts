import { describe, expect, it } from 'vitest';
import { foldText } from '../../src/domain/fold-text.ts';

describe('a name as people type what they heard', () => {
  it.each([
    ['Württ', 'wurtt'],
    ['ÅSTRÖM', 'astrom'],
    ['Weiß', 'weiss'],
    ['Sørensen', 'sorensen'],
    ['Łukasz Đorđe', 'lukasz dorde'],
    ['Æsa Œuvre', 'aesa oeuvre'],
    ['Zoë Nuñez', 'zoe nunez'],
    ['İpek Işık', 'ipek isik'],
    ['山田 太郎', '山田 太郎'],
    ['', ''],
  ])('%s: %s', (name, folded) => {
    expect(foldText(name)).toBe(folded);
    expect(foldText(folded)).toBe(folded);
  });
});
