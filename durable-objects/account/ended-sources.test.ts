import { expect, test } from 'vitest';
import { fakeSql } from '../storage/storage.fake.ts';
import { EndedSources } from './ended-sources.ts';

test('an end is known of what it was told of, and of nothing else', () => {
  const ended = new EndedSources(fakeSql());
  expect(ended.endedAtMs('client:a')).toBe(0);
  ended.end('client:a', 10, null);
  expect(['client:a', 'client:b', 'sign-in:a'].map(source => ended.endedAtMs(source))).toEqual([10, 0, 0]);
});

test('the last of several ends counts', () => {
  const ended = new EndedSources(fakeSql());
  for (const atMs of [10, 20, 15]) ended.end('client:a', atMs, null);
  expect(ended.endedAtMs('client:a')).toBe(20);
});

test('an end is forgotten only once nothing could come of it any more', () => {
  const ended = new EndedSources(fakeSql());
  ended.end('sign-in:a', 10, 100);
  ended.end('client:a', 10, null);
  ended.end('sign-in:b', 100, 200);
  expect(ended.endedAtMs('sign-in:a')).toBe(10);
  ended.end('sign-in:c', 101, 200);
  expect(['sign-in:a', 'client:a', 'sign-in:b'].map(source => ended.endedAtMs(source))).toEqual([0, 10, 100]);
});
