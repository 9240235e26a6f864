import { expect, test } from 'vitest';
import { refusal } from '../errors.fake.ts';
import { routedParams } from './routed-params.ts';

test('a request keeps the members of its method, and loses all others', () => {
  const rounds = { _meta: { a: 1 }, requestState: 's', inputResponses: {} };
  const foreign = { uri: 'x://1', name: 'n', arguments: { b: 2 }, ref: {}, other: 'secret' };
  expect(routedParams('tools/call', { ...rounds, ...foreign })).toEqual({
    ...rounds,
    name: 'n',
    arguments: { b: 2 },
  });
  expect(routedParams('resources/read', { ...rounds, ...foreign })).toEqual({ ...rounds, uri: 'x://1' });
  expect(routedParams('prompts/get', { name: 'n', uri: 'x://1' })).toEqual({ name: 'n' });
});

test.each([
  ['ref/prompt', { type: 'ref/prompt', name: 'n' }],
  ['ref/resource', { type: 'ref/resource', uri: 'x://{a}' }],
])('what is completed is of one kind: %s', (type, ref) => {
  const argument = { name: 'a', value: '1' };
  const both = { type, name: 'n', uri: 'x://{a}' };
  expect(routedParams('completion/complete', { ref: both, argument })).toEqual({ ref, argument });
});

test.each([[['x']], ['text'], [7], [null]])('arguments that are no object are refused: %j', given => {
  expect(() => routedParams('tools/call', { name: 'n', arguments: given })).toThrow(
    refusal('params_invalid', 'params.arguments must be an object.'),
  );
});

test.each([undefined, 'ref/prompt', { type: 'ref/other' }, { type: 'constructor' }])(
  'a reference of no kind is refused: %j',
  ref => {
    expect(() => routedParams('completion/complete', { ref })).toThrow(
      refusal('params_invalid', /params\.ref/),
    );
  },
);
