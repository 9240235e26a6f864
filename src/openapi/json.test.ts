import { expect, test } from 'vitest';
import { listIn, member, objectIn, textIn } from './json.ts';

test('members that are only inherited are none', () => {
  expect([member({}, 'constructor'), member({}, '__proto__'), member([], 'length')]).toEqual([
    undefined,
    undefined,
    undefined,
  ]);
  expect(member(JSON.parse('{"__proto__": 1}'), '__proto__')).toBe(1);
});

test('members of another kind are empty', () => {
  expect([objectIn({ a: [] }, 'a'), listIn({ a: {} }, 'a'), textIn({ a: 1 }, 'a')]).toEqual([{}, [], '']);
});
