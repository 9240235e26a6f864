import { expect, test } from 'vitest';
import { faultLog } from '../../errors.fake.ts';
import { GatehouseError } from '../../errors.ts';
import { problemResponse } from './problem.ts';

test('a refusal is a problem document that says what would be right', async () => {
  const logged = faultLog();
  const error = new GatehouseError('egress_refused', 'The method PUT is not open.', { reason: 'method' });
  const response = problemResponse(error);
  expect([
    response.status,
    response.headers.get('content-type'),
    response.headers.get('gatehouse-error'),
  ]).toEqual([403, 'application/problem+json', 'egress_refused']);
  expect(await response.json()).toEqual({
    title: 'Refused by the gateway',
    status: 403,
    detail: 'The method PUT is not open.',
    error: 'egress_refused',
    reason: 'method',
  });
  expect(logged()).toEqual([]);
});

test('a missing connection is named', async () => {
  const error = new GatehouseError('connection_missing', 'Tracker is not connected yet.', {
    connection: 'tracker',
  });
  expect(await problemResponse(error).json()).toMatchObject({ status: 424, connection: 'tracker' });
});

test('what we did not write is not told, and is reported', async () => {
  const logged = faultLog();
  const response = problemResponse(new TypeError('fetch failed: https://10.0.0.1/?key=secret'));
  expect(await response.text()).not.toMatch(/10\.0|secret|fetch/);
  expect([response.status, response.headers.get('gatehouse-error')]).toEqual([500, 'internal_error']);
  expect(logged()).toEqual([expect.objectContaining({ event: 'fault', name: 'TypeError' })]);
});

test('third parties that fail do not fill the log', () => {
  const logged = faultLog();
  expect(problemResponse(new GatehouseError('egress_failed', 'x')).status).toBe(502);
  expect(problemResponse(new GatehouseError('egress_timeout', 'x')).status).toBe(504);
  expect(logged()).toEqual([]);
});

test('what goes with an error does not replace what it is', async () => {
  const error = new GatehouseError('egress_failed', 'x', { error: 'other', status: 200, detail: 'y' });
  expect(await problemResponse(error).json()).toMatchObject({
    error: 'egress_failed',
    status: 502,
    detail: 'x',
  });
});
