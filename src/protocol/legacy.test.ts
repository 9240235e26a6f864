import { expect, test } from 'vitest';
import { initializeResult, legacyNotification, legacyOutcome } from './legacy.ts';
import type { JsonObject, Outcome } from './message.ts';
import { LEGACY_REVISIONS, type LegacyRevision } from './revision.ts';

const key = (name: string) => `io.modelcontextprotocol/${name}`;
const MODERN_MEMBERS = { resultType: 'complete', ttlMs: 5, cacheScope: 'private' };
const SERVER = { name: 'memory', version: '1' };

function resultOf(method: string, result: JsonObject, revision: LegacyRevision = '2025-11-25'): JsonObject {
  const outcome = legacyOutcome(method, { kind: 'result', result }, revision);
  if (outcome.kind === 'error') throw new Error('an error instead of a result');
  return outcome.result;
}

test('initialize answers what was discovered, without what came with 2026', () => {
  const discovered = {
    ...MODERN_MEMBERS,
    supportedVersions: ['2026-07-28'],
    capabilities: { tools: { listChanged: true }, extensions: { 'io.modelcontextprotocol/tasks': {} } },
    instructions: 'Use it.',
    _meta: { [key('serverInfo')]: SERVER },
  };
  expect(initializeResult(discovered, '2025-06-18')).toEqual({
    protocolVersion: '2025-06-18',
    capabilities: { tools: { listChanged: true } },
    serverInfo: SERVER,
    instructions: 'Use it.',
  });
});

test('initialize has no instructions where the server gave none', () => {
  const discovered = { capabilities: {}, _meta: { [key('serverInfo')]: SERVER } };
  expect(initializeResult(discovered, '2025-11-25')).not.toHaveProperty('instructions');
});

test.each([
  ['tools/list', { tools: [] }],
  ['tools/call', { content: [] }],
  ['prompts/list', { prompts: [], nextCursor: 'x' }],
  ['prompts/get', { messages: [] }],
  ['resources/list', { resources: [] }],
  ['resources/templates/list', { resourceTemplates: [] }],
  ['resources/read', { contents: [{ uri: 'a:b', text: 'x', _meta: { a: 1 } }] }],
  ['completion/complete', { completion: { values: [] } }],
])('a result of %s loses the members of 2026 and nothing else', (method, members) => {
  const _meta = { [key('serverInfo')]: SERVER, [key('subscriptionId')]: 1, 'example.com/own': 1 };
  const result = { ...members, ...MODERN_MEMBERS, _meta };
  for (const revision of LEGACY_REVISIONS) {
    expect(resultOf(method, result, revision)).toEqual({ ...members, _meta: { 'example.com/own': 1 } });
  }
  const bare = resultOf(method, { ...members, ...MODERN_MEMBERS, _meta: { [key('serverInfo')]: SERVER } });
  expect(bare).toEqual(members);
});

test.each([
  ['of an object', { type: 'object', properties: {} }, { type: 'object', properties: {} }],
  [
    'of an array',
    { type: 'array' },
    { type: 'object', properties: { result: { type: 'array' } }, required: ['result'] },
  ],
  [
    'of a type that is left open',
    { anyOf: [{ type: 'string' }, { type: 'object' }] },
    {
      type: 'object',
      anyOf: [
        { anyOf: [{ type: 'string' }, { type: 'object' }] },
        { properties: { result: { anyOf: [{ type: 'string' }, { type: 'object' }] } }, required: ['result'] },
      ],
    },
  ],
  [
    'with definitions that it refers to',
    { type: 'array', items: { $ref: '#/$defs/note' }, $defs: { note: { type: 'string' } } },
    {
      type: 'object',
      properties: { result: { type: 'array', items: { $ref: '#/$defs/note' } } },
      required: ['result'],
      $defs: { note: { type: 'string' } },
    },
  ],
])('before 2026 an output schema %s is one of an object', (_what, outputSchema, expected) => {
  const tools = [{ name: 'a', outputSchema }, { name: 'b' }];
  expect(resultOf('tools/list', { tools })).toEqual({
    tools: [{ name: 'a', outputSchema: expected }, { name: 'b' }],
  });
});

test.each([
  ['an object', { a: 1 }, { a: 1 }],
  ['an array', [1], { result: [1] }],
  ['a text', 'x', { result: 'x' }],
  ['null', null, { result: null }],
])('structured content that is %s is an object before 2026', (_what, structuredContent, expected) => {
  expect(resultOf('tools/call', { content: [], structuredContent })).toEqual({
    content: [],
    structuredContent: expected,
  });
});

test('a call without structured content gets none, and one without content an empty list', () => {
  expect(resultOf('tools/call', { isError: true })).toEqual({ content: [], isError: true });
});

const LINK = { type: 'resource_link', uri: 'note://1', name: 'one' };
test.each([
  ['2025-11-25', LINK, LINK],
  ['2025-06-18', LINK, LINK],
  ['2025-03-26', LINK, { type: 'text', text: 'one: note://1' }],
  ['2025-03-26', { ...LINK, title: 'One' }, { type: 'text', text: 'One: note://1' }],
  ['2025-03-26', { type: 'resource_link', uri: 'a:b' }, { type: 'text', text: 'Resource: a:b' }],
  ['2025-03-26', { type: 'text', text: 'x' }, { type: 'text', text: 'x' }],
  ['2025-03-26', null, null],
] as const)('in %s the content %j reads %j', (revision, block, expected) => {
  expect(resultOf('tools/call', { content: [block] }, revision).content).toEqual([expected]);
});

const errorOf = (method: string, code: number, data?: unknown): Outcome =>
  legacyOutcome(
    method,
    { kind: 'error', error: { code, message: 'No.', ...(data !== undefined && { data }) }, httpStatus: 200 },
    '2025-11-25',
  );

test.each([
  ['a missing resource', 'resources/read', -32602, { uri: 'a:b' }, -32002],
  ['wrong parameters', 'resources/read', -32602, { code: 'params_invalid' }, -32602],
  ['a missing tool', 'tools/call', -32602, { uri: 'a:b' }, -32602],
  ['a header mismatch', 'tools/call', -32020, undefined, -32600],
  ['a missing capability', 'tools/call', -32021, undefined, -32600],
  ['an unsupported version', 'tools/call', -32022, undefined, -32600],
  ['the last code reserved for 2026', 'tools/call', -32099, undefined, -32600],
  ['an error of the server', 'tools/call', -32019, undefined, -32019],
  ['an error below the reserved ones', 'tools/call', -32100, undefined, -32100],
  ['an internal error', 'tools/call', -32603, undefined, -32603],
])('%s has the code that 2025 clients know', (_what, method, code, data, expected) => {
  const error = { code: expected, message: 'No.', ...(data !== undefined && { data }) };
  expect(errorOf(method, code, data)).toEqual({ kind: 'error', error, httpStatus: 200 });
});

test('a notification loses the marks of 2026, and its parameters only where it had none', () => {
  const method = 'notifications/progress';
  const _meta = { [key('subscriptionId')]: 1 };
  expect(legacyNotification({ method, params: { progressToken: 1, progress: 2, _meta } })).toEqual({
    method,
    params: { progressToken: 1, progress: 2 },
  });
  expect(legacyNotification({ method: 'notifications/tools/list_changed' })).toEqual({
    method: 'notifications/tools/list_changed',
  });
});
