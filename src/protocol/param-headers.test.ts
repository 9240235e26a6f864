import { expect, test } from 'vitest';
import { paramHeadersFor, paramHeadersOf } from './param-headers.ts';

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
