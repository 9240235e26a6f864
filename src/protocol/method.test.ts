import { expect, test } from 'vitest';
import { isListMethod, isRoutedMethod } from './method.ts';

test.each([
  ['tools/list', 'list'],
  ['prompts/list', 'list'],
  ['resources/list', 'list'],
  ['resources/templates/list', 'list'],
  ['tools/call', 'routed'],
  ['prompts/get', 'routed'],
  ['resources/read', 'routed'],
  ['completion/complete', 'routed'],
  ['server/discover', 'other'],
  ['tasks/list', 'other'],
  ['toString', 'other'],
  ['__proto__', 'other'],
  ['', 'other'],
])('the method "%s" is of the kind: %s', (method, kind) => {
  expect({ list: isListMethod(method), routed: isRoutedMethod(method) }).toEqual({
    list: kind === 'list',
    routed: kind === 'routed',
  });
});
