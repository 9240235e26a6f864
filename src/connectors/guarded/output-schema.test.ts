import { expect, test } from 'vitest';
import { faultLog } from '../../errors.fake.ts';
import { violationOf } from './output-schema.ts';

const SUM = {
  type: 'object',
  properties: { sum: { type: 'number' }, unit: { enum: ['m', 's'] } },
  required: ['sum'],
  additionalProperties: false,
};

test.each([
  [{ sum: 1 }, null],
  [{ sum: 1, unit: 'm' }, null],
  [{}, 'required property "sum"'],
  [{ sum: 'one' }, 'Expected "number"'],
  [{ sum: 1, unit: 'kg' }, 'any of'],
  [{ sum: 1, other: 1 }, 'other'],
  [undefined, 'the structured content is missing'],
])('structured content %j: %s', (content, words) => {
  if (words === null) expect(violationOf(SUM, content)).toBeNull();
  else expect(violationOf(SUM, content)).toContain(words);
});

test('without a schema anything is right', () => expect(violationOf(undefined, { a: 1 })).toBeNull());

test('references within a schema are followed', () => {
  const schema = {
    $ref: '#/$defs/node',
    $defs: { node: { type: 'object', properties: { next: { $ref: '#/$defs/node' } } } },
  };
  expect(violationOf(schema, { next: { next: {} } })).toBeNull();
  expect(violationOf(schema, { next: { next: 1 } })).toContain('Expected "object"');
});

test.each(['http://json-schema.org/draft-07/schema#', 'https://json-schema.org/draft/2019-09/schema'])(
  'the dialect %s is known too',
  $schema => expect(violationOf({ ...SUM, $schema }, {})).toContain('sum'),
);

test.each([
  ['in an unknown dialect', { ...SUM, $schema: 'https://schemas.example/mine' }],
  ['with a reference to the network', { $ref: 'https://schemas.example/sum.json' }],
  ['with a reference that leads nowhere', { $ref: '#/$defs/none' }],
])('a schema %s is not fetched, and leaves results unchecked', (_what, schema) => {
  faultLog();
  expect(violationOf(schema, { sum: 'one' })).toBeNull();
});

/** Two ways per step: the number of evaluations doubles with each. */
function doubling(depth: number) {
  const $defs: Record<string, unknown> = { [`d${depth}`]: { type: 'string' } };
  for (let at = 0; at < depth; at++) {
    const $ref = `#/$defs/d${at + 1}`;
    $defs[`d${at}`] = { anyOf: [{ $ref }, { $ref }] };
  }
  return { $ref: '#/$defs/d0', $defs };
}

test.each([
  [
    'a regular expression that backtracks',
    { properties: { a: { pattern: '^(a+)+$' } } },
    { a: `${'a'.repeat(40)}!` },
  ],
  [
    'one for the names of properties',
    { patternProperties: { '^(a+)+$': { type: 'string' } }, additionalProperties: false },
    { [`${'a'.repeat(40)}!`]: 1 },
  ],
  [
    'a property whose name is a keyword',
    { properties: { pattern: { propertyNames: { pattern: '^(a+)+$' } } } },
    { pattern: { [`${'a'.repeat(40)}!`]: 1 } },
  ],
  ['references that double with each step', doubling(40), { a: 1 }],
  ['a reference to itself', { $ref: '#' }, { a: 1 }],
  [
    'items that must all differ',
    { items: { type: 'number' }, uniqueItems: true },
    Array.from({ length: 200_000 }, (_, i) => i),
  ],
  [
    'more values than are checked',
    { items: { enum: Array.from({ length: 5000 }, (_, i) => `v${i}`) } },
    Array.from({ length: 100_000 }, () => 'v4999'),
  ],
])('%s cannot stall a validation', (_what, schema, content) => {
  const began = performance.now();
  expect(violationOf(schema, content)).toBeNull();
  expect(performance.now() - began).toBeLessThan(1000);
});

test('what is wrong is said in one short line', () => {
  const words = violationOf({ type: 'object', additionalProperties: false }, { ['\u202e\n'.repeat(500)]: 1 });
  expect(words).toMatch(/^[^\p{C}]{1,201}$/u);
});
