import { expect, test } from 'vitest';
import { failedCall, pushedRequest } from './legacy.ts';
import { LEGACY_REVISIONS } from './revision.ts';

const FORM = { mode: 'form', message: 'Your name?', requestedSchema: { type: 'object', properties: {} } };
const { mode: _mode, ...PLAIN_FORM } = FORM;

test.each([
  ['2025-11-25', FORM],
  ['2025-06-18', PLAIN_FORM],
  ['2025-03-26', PLAIN_FORM],
] as const)('a form is asked for as revision %s has it', (revision, params) => {
  expect(pushedRequest('q-1', { method: 'elicitation/create', params: FORM }, revision)).toEqual({
    jsonrpc: '2.0',
    id: 'q-1',
    method: 'elicitation/create',
    params,
  });
});

test('a link to open gets the id that 2025-11-25 wants, a new one each time', () => {
  const question = {
    method: 'elicitation/create',
    params: { mode: 'url', message: 'Sign in.', url: 'https://a.example/' },
  };
  const ids = [1, 2].map(id => {
    const { params } = pushedRequest(id, question, '2025-11-25');
    expect(params).toMatchObject(question.params);
    return params?.elicitationId;
  });
  expect(ids[0]).toMatch(/^[0-9a-f-]{36}$/);
  expect(ids[0]).not.toBe(ids[1]);
});

test.each(LEGACY_REVISIONS)('other questions are asked in %s as they are', revision => {
  const sampling = { method: 'sampling/createMessage', params: { messages: [], maxTokens: 1 } };
  expect(pushedRequest(1, sampling, revision)).toEqual({ jsonrpc: '2.0', id: 1, ...sampling });
  expect(pushedRequest(1, { method: 'roots/list' }, revision)).toEqual({
    jsonrpc: '2.0',
    id: 1,
    method: 'roots/list',
  });
});

test('a failed tool call is a result that the model can read', () => {
  expect(failedCall('tools/call', 'Nobody answered.')).toEqual({
    kind: 'result',
    result: { content: [{ type: 'text', text: 'Nobody answered.' }], isError: true },
  });
});

test.each(['prompts/get', 'resources/read', 'completion/complete'])('a failed %s is an error', method => {
  expect(failedCall(method, 'Nobody answered.')).toEqual({
    kind: 'error',
    error: { code: -32603, message: 'Nobody answered.' },
    httpStatus: 200,
  });
});
