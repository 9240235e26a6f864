import { expect, test } from 'vitest';
import { changesOf } from './changes.ts';

test('of a changed definition only what has changed is told, member by member', () => {
  const old = {
    name: 'a',
    description: 'Old.',
    inputSchema: { type: 'object', properties: { x: { type: 'string' }, gone: true } },
  };
  const now = {
    name: 'a',
    description: 'New.',
    inputSchema: { type: 'object', properties: { x: { type: 'number' } } },
    annotations: {},
  };
  expect(changesOf(old, now)).toEqual([
    { member: '/description', old: 'Old.', now: 'New.' },
    { member: '/inputSchema/properties/x/type', old: 'string', now: 'number' },
    { member: '/annotations', old: null, now: '{}' },
    { member: '/inputSchema/properties/gone', old: 'true', now: null },
  ]);
});

test('a new definition is told as a whole', () => {
  expect(changesOf(null, { name: 'a', annotations: { readOnlyHint: true } })).toEqual([
    { member: '/name', old: null, now: 'a' },
    { member: '/annotations/readOnlyHint', old: null, now: 'true' },
  ]);
});

test('a text and the value that it spells differ', () => {
  expect(changesOf({ default: 'true' }, { default: true })).toEqual([
    { member: '/default', old: 'true', now: 'true' },
  ]);
});

test('nothing that has changed is hidden, in names of members either', () => {
  expect(changesOf({}, { 'a/b\u202e': 'x\u200b' })).toEqual([
    { member: '/a~1b\\u{202e}', old: null, now: 'x\\u{200b}' },
  ]);
});

test('the same is no change, whatever the order of its members', () => {
  expect(changesOf({ a: 1, b: [1, 2] }, { b: [1, 2], a: 1 })).toEqual([]);
});
