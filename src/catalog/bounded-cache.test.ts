import { expect, test } from 'vitest';
import { BoundedCache } from './bounded-cache.ts';

test('what was not used for longest goes first', () => {
  const cache = new BoundedCache<string>(10);
  cache.set('a', 'A', 4);
  cache.set('b', 'B', 4);
  cache.get('a');
  cache.set('c', 'C', 4);
  expect([cache.get('a'), cache.get('b'), cache.get('c')]).toEqual(['A', undefined, 'C']);
});

test('what is set anew takes only its own room', () => {
  const cache = new BoundedCache<string>(10);
  for (let count = 0; count < 5; count++) cache.set('a', 'A', 6);
  cache.set('b', 'B', 4);
  expect([cache.get('a'), cache.get('b')]).toEqual(['A', 'B']);
});

test('what is too large for it is not remembered, nor what was there of it', () => {
  const cache = new BoundedCache<string>(10);
  cache.set('a', 'old', 4);
  cache.set('a', 'new', 11);
  expect(cache.get('a')).toBeUndefined();
});
