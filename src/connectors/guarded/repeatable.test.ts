import { expect, test } from 'vitest';
import type { InnerRequest } from '../connector.ts';
import { isRepeatable } from './repeatable.ts';

const client = { capabilities: {} };
const calling = (tool?: object): InnerRequest => ({
  method: 'tools/call',
  params: {},
  client,
  ...(tool && { tool: { ...tool } }),
});

test.each([
  'prompts/get',
  'resources/read',
  'resources/list',
  'completion/complete',
  'tools/list',
  'server/discover',
])('%s may be repeated', method => expect(isRepeatable({ method, params: {}, client })).toBe(true));

test.each([
  ['one that says that it only reads', { annotations: { readOnlyHint: true } }, true],
  ['one that says that it is idempotent', { annotations: { idempotentHint: true } }, true],
  ['one that says neither', { annotations: { destructiveHint: false } }, false],
  ['one that says so in words', { annotations: { readOnlyHint: 'true' } }, false],
  ['one without annotations', {}, false],
])('of tools, %s: %j %s', (_what, tool, isIt) => {
  expect(isRepeatable(calling(tool))).toBe(isIt);
});

test('a tool that is not known is not repeated', () => expect(isRepeatable(calling())).toBe(false));

test.each([{ requestState: 's' }, { inputResponses: {} }])('a later round is not repeated: %j', params => {
  expect(isRepeatable({ ...calling({ annotations: { readOnlyHint: true } }), params })).toBe(false);
  expect(isRepeatable({ method: 'prompts/get', params, client })).toBe(false);
});
