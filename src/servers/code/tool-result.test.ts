import { expect, test } from 'vitest';
import { toolResult } from './tool-result.ts';

const text = (of: string) => [{ type: 'text', text: of }];

test.each<[string, unknown, object]>([
  ['text', 'Hello', { content: text('Hello') }],
  ['a number', 3, { content: text('3') }],
  ['null', null, { content: text('null') }],
  ['a list', [1], { content: text('[1]') }],
  ['nothing', undefined, { content: [] }],
  ['an object', { a: 1 }, { content: text('{"a":1}'), structuredContent: { a: 1 } }],
  ['a result', { content: [], isError: true }, { content: [], isError: true }],
  ['a question', { resultType: 'input_required' }, { resultType: 'input_required' }],
])('%s that a tool returns becomes a result', (_what, value, result) => {
  expect(toolResult(value, false)).toEqual(result);
});

test('where a tool has said what it puts out, that is structured whatever it is', () => {
  expect(toolResult([1], true)).toEqual({ content: text('[1]'), structuredContent: [1] });
});
