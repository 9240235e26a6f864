import { expect, test } from 'vitest';
import { faultLog } from '../errors.fake.ts';
import { GatehouseError } from '../errors.ts';
import { echoableId, errorBody, failure, isObject, toResponse } from './message.ts';

test('a result becomes a response with the id of its hop', () => {
  expect(toResponse(7, { kind: 'result', result: { a: 1 } })).toEqual({
    jsonrpc: '2.0',
    id: 7,
    result: { a: 1 },
  });
});

test('an error becomes a response without its HTTP status', () => {
  const error = { code: -32602, message: 'No.', data: { a: 1 } };
  expect(toResponse('x', { kind: 'error', error, httpStatus: 400 })).toEqual({
    jsonrpc: '2.0',
    id: 'x',
    error,
  });
});

test('a gateway error becomes an outcome with its own status', () => {
  expect(failure(new GatehouseError('method_not_found', 'Method not found: x'))).toEqual({
    kind: 'error',
    error: { code: -32601, message: 'Method not found: x', data: { code: 'method_not_found' } },
    httpStatus: 404,
    own: 'method_not_found',
  });
});

test.each([new Error('secret'), 'secret', null, { httpStatus: 200 }])(
  '%o becomes an internal error, and is reported',
  thrown => {
    const faults = faultLog();
    expect(failure(thrown)).toEqual({
      kind: 'error',
      error: { code: -32603, message: 'Internal error.', data: { code: 'internal_error' } },
      httpStatus: 500,
      own: 'internal_error',
    });
    expect(faults()).toMatchObject([{ event: 'fault' }]);
  },
);

test('an error body has a null id where none is known', () => {
  const error = new GatehouseError('body_not_json', 'The body is not valid JSON.');
  expect(errorBody(undefined, error)).toMatchObject({ jsonrpc: '2.0', id: null });
  expect(errorBody(null, error)).toMatchObject({ id: null });
  expect(errorBody(0, error)).toEqual({
    jsonrpc: '2.0',
    id: 0,
    error: { code: -32700, message: 'The body is not valid JSON.', data: { code: 'body_not_json' } },
  });
});

test.each([
  [{ id: 1 }, 1],
  [{ id: 'a' }, 'a'],
  [{ id: '' }, ''],
  [{ id: null }, null],
  [{ id: { a: 1 } }, null],
  [{ id: true }, null],
  [{}, null],
  [[{ id: 1 }], null],
  ['id', null],
  [null, null],
])('of %j the id that can be echoed is %j', (message, id) => {
  expect(echoableId(message)).toBe(id);
});

test.each([
  [{}, true],
  [[], false],
  [null, false],
  ['x', false],
  [undefined, false],
])('%j is a JSON object: %s', (value, expected) => {
  expect(isObject(value)).toBe(expected);
});
