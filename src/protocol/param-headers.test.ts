import { expect, test } from 'vitest';
import { refusal } from '../errors.fake.ts';
import { checkParamHeaders, paramHeaderFault, paramHeadersFor, paramHeadersOf } from './param-headers.ts';

test("of a client's headers only Mcp-Param-* go on", () => {
  const headers = new Headers({ 'Mcp-Param-Region': 'eu', 'Mcp-Name': 'x', 'X-Mcp-Param-No': '1' });
  expect(paramHeadersOf(headers)).toEqual({ 'mcp-param-region': 'eu' });
});

const SCHEMA = {
  type: 'object',
  properties: {
    region: { type: 'string', 'x-mcp-header': 'Region' },
    limit: { type: 'integer', 'x-mcp-header': 'Limit' },
    deep: { type: 'object', properties: { dry: { type: 'boolean', 'x-mcp-header': 'Dry-Run' } } },
    plain: { type: 'string' },
  },
};

test.each([
  [
    'each annotated argument',
    { region: 'eu', limit: 3, plain: 'x' },
    { 'mcp-param-region': 'eu', 'mcp-param-limit': '3' },
  ],
  ['annotations at any depth', { deep: { dry: false } }, { 'mcp-param-dry-run': 'false' }],
  ['values that do not survive HTTP', { region: 'é\n' }, { 'mcp-param-region': '=?base64?w6kK?=' }],
  ['no header for null or absent values', { region: null }, {}],
  ['no header for values that are not primitive', { region: ['eu'], deep: 'x' }, {}],
  ['nothing of arguments that are no object', 'eu', {}],
])('Mcp-Param-* headers are made of the arguments: %s', (_what, args, headers) => {
  expect(paramHeadersFor(SCHEMA, args)).toEqual(headers);
});

test.each([undefined, null, true, { properties: [] }, { properties: { a: null } }])(
  'the schema %j asks for no headers',
  schema => {
    expect(paramHeadersFor(schema, { a: 'x' })).toEqual({});
  },
);

test.each([
  [
    'each header says what its argument says',
    { region: 'eu', limit: 3 },
    { 'Mcp-Param-Region': 'eu', 'Mcp-Param-Limit': '3' },
  ],
  ['an encoded one does', { region: 'é' }, { 'Mcp-Param-Region': '=?base64?w6k=?=' }],
  ['a number is written in another way', { limit: 42 }, { 'Mcp-Param-Limit': '42.0' }],
  ['an argument is absent, whatever the header says', {}, { 'Mcp-Param-Region': 'eu' }],
  ['an argument is null', { region: null }, {}],
  ['there are headers that nothing asks for', {}, { 'Mcp-Param-Other': 'x' }],
])('headers are in order where %s', (_when, args, headers) => {
  expect(() => checkParamHeaders(new Headers(headers as Record<string, string>), SCHEMA, args)).not.toThrow();
});

test.each([
  ['is missing', { region: 'eu' }, {}, 'is missing'],
  ['says something else', { region: 'eu' }, { 'Mcp-Param-Region': 'us' }, 'differs'],
  ['says it in another case', { region: 'eu' }, { 'Mcp-Param-Region': 'EU' }, 'differs'],
  ['is no number', { limit: 3 }, { 'Mcp-Param-Limit': '0x3' }, 'differs'],
  ['is broken in its encoding', { region: 'é' }, { 'Mcp-Param-Region': '=?base64?w6?=' }, 'differs'],
  ['of a deep argument is missing', { deep: { dry: false } }, {}, 'Mcp-Param-Dry-Run is missing'],
])('a header that %s is a mismatch', (_what, args, headers, words) => {
  expect(() => checkParamHeaders(new Headers(headers as Record<string, string>), SCHEMA, args)).toThrow(
    refusal('header_mismatch', new RegExp(words)),
  );
});

const property = (schema: object, more = {}) => ({ type: 'object', properties: { a: schema, ...more } });
const NOTED = { type: 'string', 'x-mcp-header': 'A' };

test.each([
  ['there are none', property({ type: 'string' })],
  [
    'they are on texts, whole numbers and truths',
    property(NOTED, { b: { type: 'integer', 'x-mcp-header': 'B' } }),
  ],
  ['they are deep, by properties alone', property(property(NOTED))],
  [
    'a property has the name of the hint',
    property({ type: 'string' }, { 'x-mcp-header': { type: 'string' } }),
  ],
  ['data hold the word', property({ type: 'object', default: { 'x-mcp-header': 'A' } })],
  ['it is no schema', null],
])('header hints are right where %s', (_when, schema) => {
  expect(paramHeaderFault(schema)).toBeNull();
});

test.each([
  ['on what is no token', property({ type: 'string', 'x-mcp-header': 'A B' })],
  ['on nothing', property({ type: 'string', 'x-mcp-header': '' })],
  ['that is no text', property({ type: 'string', 'x-mcp-header': 1 })],
  ['on a number', property({ type: 'number', 'x-mcp-header': 'A' })],
  ['on an object', property({ type: 'object', 'x-mcp-header': 'A' })],
  ['on what has no type', property({ 'x-mcp-header': 'A' })],
  ['twice, in another case', property(NOTED, { b: { type: 'string', 'x-mcp-header': 'a' } })],
  ['at the root', { type: 'object', 'x-mcp-header': 'A' }],
  ['on items', property({ type: 'array', items: NOTED })],
  ['in an alternative', property({ anyOf: [NOTED] })],
  ['in a definition', { type: 'object', $defs: { a: NOTED }, properties: {} }],
])('a header hint %s makes a tool one that cannot be offered', (_where, schema) => {
  expect(paramHeaderFault(schema)).toEqual(expect.any(String));
});
