import { expect, test } from 'vitest';
import { settle } from './upstream.ts';

/** An attempt that fails once the others had their turn. */
async function failing(text: string, turns = 0): Promise<never> {
  for (let turn = 0; turn < turns; turn++) await Promise.resolve();
  throw new Error(text);
}

test('where all succeed there are their values, in order, and no failure', async () => {
  const slow = new Promise<number>(resolve => setImmediate(() => resolve(1)));
  expect(await settle([slow, Promise.resolve(2)])).toEqual({ values: [1, 2], failure: undefined });
});

test('where some succeed there are their values and the first failure', async () => {
  const settled = await settle([
    failing('first', 9),
    Promise.resolve(2),
    failing('second'),
    Promise.resolve(4),
  ]);
  expect(settled).toEqual({ values: [2, 4], failure: new Error('first') });
});

test('where none succeeds the first failure is thrown, first by place and not by time', async () => {
  await expect(settle([failing('first', 9), failing('second')])).rejects.toThrow('first');
});

test('no attempts come to no values', async () => {
  expect(await settle([])).toEqual({ values: [], failure: undefined });
});
