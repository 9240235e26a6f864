import { expect, test } from 'vitest';
import { refusal } from '../errors.fake.ts';
import { page } from './cursor.ts';

const numbers = (length: number) => Array.from({ length }, (_, index) => index);
const encoded = (text: string) => Buffer.from(text).toString('base64url');

test.each([0, 1, 4, 5, 6, 10, 11, 23])(
  'a list of %i comes in pages of five without loss or repetition',
  length => {
    const all = numbers(length);
    const seen: number[] = [];
    let cursor: unknown;
    do {
      const { items, nextCursor } = page(all, cursor, 5);
      seen.push(...items);
      cursor = nextCursor;
    } while (cursor !== undefined);
    expect(seen).toEqual(all);
  },
);

test('the last page has no cursor, not even an undefined one', () => {
  expect(page(numbers(5), undefined, 5)).toEqual({ items: numbers(5) });
  expect('nextCursor' in page(numbers(5), undefined, 5)).toBe(false);
});

test('a cursor beyond a list that became shorter gives an empty last page', () => {
  const { nextCursor } = page(numbers(10), undefined, 5);
  expect(page(numbers(3), nextCursor, 5)).toEqual({ items: [] });
});

test.each([
  ['the empty string', ''],
  ['null', null],
  ['a number', 5],
  ['an object', {}],
  ['an offset as plain text', '5'],
  ['another form of the same offset', encoded('o05')],
  ['a negative offset', encoded('o-5')],
  ['an offset that is too large', encoded('o1000000000')],
  ['a cursor with padding', `${encoded('o5')}==`],
  ['a cursor with something behind it', encoded('o5 ')],
  ['text that is not base64url', '*'],
])('%s is refused as a cursor', (_what, cursor) => {
  expect(() => page(numbers(10), cursor, 5)).toThrow(
    refusal('cursor_invalid', 'Unknown cursor. Send one that a list answered, or none.'),
  );
});
