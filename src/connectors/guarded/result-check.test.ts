import { expect, test } from 'vitest';
import { wrongWith } from './result-check.ts';

const text = [{ type: 'text', text: 'x' }];
const tool = {
  name: 't',
  outputSchema: { type: 'object', properties: { n: { type: 'number' } }, required: ['n'] },
};
const codeOf = (method: string, result: Record<string, unknown>, called?: Record<string, unknown>) =>
  wrongWith('far', { method, ...(called && { tool: called }) }, result)?.code ?? null;

test.each([
  ['content', { content: text }, null],
  ['structured content alone', { structuredContent: { a: 1 } }, null],
  ['nothing at all', {}, 'answer_empty'],
  ['content that is empty', { content: [] }, 'answer_empty'],
  ['a failure without words', { content: [], isError: true }, null],
  ['content that is no list', { content: 'x' }, 'answer_invalid'],
  ['content of no type', { content: [{ text: 'x' }] }, 'answer_invalid'],
  ['content that is null', { content: [null] }, 'answer_invalid'],
  ['a question', { resultType: 'input_required', requestState: 's' }, null],
])('a tool result with %s: %j is %s', (_what, result, code) => {
  expect(codeOf('tools/call', result)).toBe(code);
});

test('an empty list is no failure of a server that has no session to lose; nothing at all is', () => {
  expect(wrongWith('near', { method: 'tools/call' }, { content: [] }, true)).toBeNull();
  expect(wrongWith('near', { method: 'tools/call' }, {}, true)?.code).toBe('answer_empty');
});

test.each([
  ['that keeps to it', { content: text, structuredContent: { n: 1 } }, null],
  ['that does not', { content: text, structuredContent: { n: 'x' } }, 'result_invalid'],
  ['that has none', { content: text }, 'result_invalid'],
  ['that failed', { content: text, isError: true }, null],
])('a result %s, of a tool with an output schema: %j is %s', (_what, result, code) => {
  expect(codeOf('tools/call', result, tool)).toBe(code);
});

test.each([
  ['prompts/get', { messages: [{ role: 'user' }] }],
  ['resources/read', { contents: [] }],
  ['completion/complete', { completion: { values: [] } }],
  ['tools/list', { tools: [] }],
  ['resources/templates/list', { resourceTemplates: [] }],
  ['server/discover', { capabilities: {} }],
])('%s is answered with what it is asked for, or the answer is invalid', (method, result) => {
  expect(codeOf(method, result)).toBeNull();
  expect(codeOf(method, {})).toBe('answer_invalid');
  expect(codeOf(method, { [Object.keys(result)[0] ?? '']: 'x' })).toBe('answer_invalid');
});

test('what a wrong answer means for the call is said with it', () => {
  expect(wrongWith('far', { method: 'tools/call' }, {})?.data).toEqual({
    code: 'answer_empty',
    outcome: 'unknown',
  });
  const violation = wrongWith(
    'far',
    { method: 'tools/call', tool },
    { content: text, structuredContent: {} },
  );
  expect(violation?.message).toMatch(
    /required property "n".* The call was carried out, but its answer cannot be used\.$/,
  );
});
