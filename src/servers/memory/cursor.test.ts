import { describe, expect, it } from 'vitest';
import { fromCursor, toCursor } from './cursor.ts';

describe('a cursor', () => {
  it.each(['', '42', 'note:ünï🍵', '\ufeff', 'a'.repeat(300)])(
    'gives back the position %j',
    async position => {
      expect(await fromCursor('list', await toCursor('list', position))).toBe(position);
    },
  );

  it('is safe in a URL', async () => {
    expect(await toCursor('list', '\u00ff\u00fe?>~')).toMatch(/^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+$/);
  });

  it('does not continue another list', async () => {
    expect(await fromCursor('b', await toCursor('a', '42'))).toBeNull();
  });

  it('does not survive the change of any character', async () => {
    const cursor = await toCursor('list', '42');
    for (let index = 0; index < cursor.length; index++) {
      const changed = cursor.slice(0, index) + (cursor[index] === 'A' ? 'B' : 'A') + cursor.slice(index + 1);
      expect(await fromCursor('list', changed)).toBeNull();
    }
  });
});
