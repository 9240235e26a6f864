import { expect, test } from 'vitest';
import { pieceOf } from './file-piece.ts';

test.each([
  ['', 0, 10, { text: '', startLine: 1 }],
  ['a\nb\nc', 0, 10, { text: 'a\nb\nc', startLine: 1 }],
  ['a\nb\nc', 0, 3, { text: 'a\n', nextOffset: 2, startLine: 1 }],
  ['a\nb\nc', 2, 2, { text: 'b\n', nextOffset: 4, startLine: 2 }],
  ['a\nb\nc', 4, 1, { text: 'c', startLine: 3 }],
  ['abcdef', 2, 3, { text: 'cde', nextOffset: 5, startLine: 1 }],
  ['a🍵b', 0, 2, { text: 'a', nextOffset: 1, startLine: 1 }],
  ['🍵b', 0, 1, { text: '\ud83c', nextOffset: 1, startLine: 1 }],
])('of %j from %i, at most %i characters, is %j', (text, offset, limit, piece) => {
  expect(pieceOf(text, offset, limit)).toEqual({ ...piece, offset, totalCharacters: text.length });
});

test('there is none beyond the end', () => {
  expect(pieceOf('abc', 3, 1)).toBeNull();
  expect(pieceOf('', 1, 1)).toBeNull();
});
