import { expect, test } from 'vitest';
import { type Guard, guarded } from './guard.ts';

const TOKEN = `ghp_${'aB3dE5'.repeat(6)}`;
const MASK = '[secret: github-token]';
const secrets = (action: Guard['action']): Guard => ({
  id: 'no-secrets',
  effect: 'guard',
  on: ['arguments', 'result'],
  find: 'secrets',
  action,
});
const base64 = (text: string) => Buffer.from(text).toString('base64');

const RESULT = {
  content: [
    { type: 'text', text: `token ${TOKEN}!` },
    { type: 'resource', resource: { uri: 'a:b', mimeType: 'text/plain', text: TOKEN } },
    {
      type: 'resource',
      resource: { uri: 'a:c', mimeType: 'application/json', blob: base64(`{"t":"${TOKEN}"}`) },
    },
    { type: 'resource', resource: { uri: 'a:d', blob: base64(TOKEN) } },
    { type: 'resource', resource: { uri: 'a:e', mimeType: 'image/png', blob: base64(TOKEN) } },
    { type: 'image', mimeType: 'image/png', data: TOKEN },
    { type: 'resource_link', uri: `https://x.example/?t=${TOKEN}`, name: 'a' },
  ],
  structuredContent: { deep: [{ [TOKEN]: 1, [`${TOKEN} `]: TOKEN, n: 5, none: null }] },
};

test('secrets are masked in text, embedded resources, links, keys and values; pictures stay as they are', () => {
  const { value, found, refused } = guarded([secrets('mask')], RESULT);
  expect(refused).toBeNull();
  expect(found).toEqual(['no-secrets:github-token']);
  const { content } = RESULT;
  expect(value.content).toEqual([
    { type: 'text', text: `token ${MASK}!` },
    { type: 'resource', resource: { uri: 'a:b', mimeType: 'text/plain', text: MASK } },
    {
      type: 'resource',
      resource: { uri: 'a:c', mimeType: 'application/json', blob: base64(`{"t":"${MASK}"}`) },
    },
    { type: 'resource', resource: { uri: 'a:d', blob: base64(MASK) } },
    content[4],
    content[5],
    { type: 'resource_link', uri: `https://x.example/?t=${MASK}`, name: 'a' },
  ]);
  expect(value.structuredContent).toEqual({ deep: [{ [MASK]: 1, [`${MASK} `]: MASK, n: 5, none: null }] });
});

test('two keys that become the same are both kept', () => {
  const other = `ghp_${'zZ9yY8'.repeat(6)}`;
  expect(guarded([secrets('mask')], { [TOKEN]: 1, [other]: 2 }).value).toEqual({
    [MASK]: 1,
    [`${MASK} (2)`]: 2,
  });
});

test('a value in which nothing is found stays the same object', () => {
  const value = { a: [{ b: 'c' }], __proto__: null };
  expect(guarded([secrets('mask')], value).value).toBe(value);
});

test('a key named __proto__ stays a key', () => {
  const value = JSON.parse(`{"__proto__": {"a": "${TOKEN}"}}`);
  expect(JSON.stringify(guarded([secrets('mask')], value).value)).toBe(`{"__proto__":{"a":"${MASK}"}}`);
});

test('flag leaves the value and says what was found; deny refuses it', () => {
  expect(guarded([secrets('flag')], RESULT)).toEqual({
    value: RESULT,
    found: ['no-secrets:github-token'],
    refused: null,
  });
  expect(guarded([secrets('deny')], RESULT).refused).toEqual({ rule: 'no-secrets', what: 'github-token' });
});

test('a guard sees what those before it have left', () => {
  const { refused, found } = guarded([secrets('mask'), { ...secrets('deny'), id: 'second' }], TOKEN);
  expect(refused).toBeNull();
  expect(found).toEqual(['no-secrets:github-token']);
});

test('size is counted as JSON in UTF-8', () => {
  const guard: Guard = { ...secrets('deny'), find: { maxBytes: 7 } };
  expect(guarded([guard], '12345').refused).toBeNull();
  expect(guarded([guard], 'é€1').refused).toEqual({ rule: 'no-secrets', what: 'size' });
  expect(guarded([guard], 'é€1').found).toEqual(['no-secrets']);
});

test('a card number is found where it is a number', () => {
  const guard: Guard = { ...secrets('mask'), find: 'personal-data' };
  expect(guarded([guard], { card: 4111111111111111, id: 1732550000000 }).value).toEqual({
    card: '[personal data: card-number]',
    id: 1732550000000,
  });
});

test('state that a server has sealed is not touched', () => {
  expect(guarded([secrets('mask')], { requestState: TOKEN }).value).toEqual({ requestState: TOKEN });
});
