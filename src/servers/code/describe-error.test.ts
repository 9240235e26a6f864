import { expect, test } from 'vitest';
import { describeError } from './describe-error.ts';

function thrownAt(...frames: readonly string[]): Error {
  const error = new TypeError('x is not a function');
  error.stack = ['TypeError: x is not a function', ...frames.map(frame => `    at ${frame}`)].join('\n');
  return error;
}

test.each<[string, unknown, string]>([
  ['the line that it came from', thrownAt('index.js:3:5'), 'TypeError: x is not a function (index.js:3:5)'],
  [
    'that in a function',
    thrownAt('Object.fetch (lib/a.mjs:1:2)'),
    'TypeError: x is not a function (lib/a.mjs:1:2)',
  ],
  [
    'the first line that is its author’s',
    thrownAt('serve (@gatehouse/code.js:1:9)', 'main (index.js:7:1)'),
    'TypeError: x is not a function (index.js:7:1)',
  ],
  ['no line where there is none', thrownAt(), 'TypeError: x is not a function'],
  ['what is no error', 'text', 'thrown: text'],
  ['nothing', undefined, 'thrown: undefined'],
])('an error is described by %s', (_what, error, description) => {
  expect(describeError(error)).toBe(description);
});
