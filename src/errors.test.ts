import { expect, test } from 'vitest';
import { faultLog } from './errors.fake.ts';
import { type ErrorCode, GatehouseError, reportFault, toHttpStatus, toRpcError } from './errors.ts';

/** What goes over the wire for each code: clients depend on these pairs. */
const WIRE: Readonly<Record<ErrorCode, readonly [httpStatus: number, rpcCode: number]>> = {
  accept_unsupported: [406, -32000],
  answer_empty: [200, -32603],
  answer_invalid: [200, -32603],
  approval_decided: [409, -32000],
  approval_forbidden: [403, -32000],
  approval_refused: [200, -32600],
  approval_required: [200, -32600],
  approval_unknown: [404, -32000],
  content_refused: [200, -32600],
  policy_denied: [200, -32600],
  policy_invalid: [400, -32602],
  policy_unavailable: [503, -32603],
  precondition_failed: [412, -32000],
  quota_unavailable: [503, -32603],
  quota_exceeded: [429, -32600],
  artifact_missing: [500, -32603],
  assertion_refused: [403, -32000],
  audit_unavailable: [503, -32603],
  batch_unsupported: [400, -32600],
  body_invalid: [400, -32000],
  body_not_json: [400, -32700],
  body_not_utf8: [400, -32700],
  body_too_deep: [400, -32600],
  body_too_large: [413, -32000],
  call_timeout: [200, -32603],
  catalog_full: [413, -32000],
  circuit_open: [200, -32603],
  client_unknown: [404, -32000],
  connect_refused: [403, -32000],
  connection_dead: [424, -32603],
  connection_insufficient: [424, -32603],
  connection_missing: [424, -32603],
  connection_unknown: [404, -32000],
  credential_unavailable: [502, -32603],
  definition_unapproved: [200, -32602],
  definition_unknown: [404, -32000],
  egress_failed: [502, -32603],
  egress_refused: [403, -32603],
  egress_request_too_large: [413, -32603],
  egress_response_too_large: [502, -32603],
  egress_timeout: [504, -32603],
  cursor_invalid: [200, -32602],
  event_unknown: [400, -32000],
  export_too_large: [413, -32000],
  header_invalid: [400, -32000],
  idempotency_conflict: [409, -32000],
  idempotency_mismatch: [422, -32000],
  idempotency_unknown: [409, -32000],
  header_mismatch: [400, -32020],
  host_not_public: [400, -32602],
  host_refused: [403, -32000],
  internal_error: [500, -32603],
  key_ring_unreadable: [500, -32603],
  key_unknown: [500, -32603],
  limit_reached: [200, -32600],
  media_type_unsupported: [415, -32000],
  method_not_allowed: [405, -32000],
  method_not_found: [404, -32601],
  name_unknown: [200, -32602],
  origin_refused: [403, -32000],
  outcome_unknown: [200, -32603],
  own_suspension: [409, -32000],
  params_invalid: [200, -32602],
  provider_failed: [502, -32603],
  query_invalid: [400, -32000],
  request_id_in_use: [400, -32600],
  request_state_invalid: [200, -32602],
  resource_not_found: [200, -32602],
  result_invalid: [200, -32603],
  result_too_large: [200, -32603],
  role_missing: [403, -32000],
  route_unknown: [404, -32000],
  scope_insufficient: [403, -32600],
  sealed_unreadable: [500, -32603],
  server_invalid: [400, -32602],
  server_unknown: [404, -32000],
  session_id_chosen: [400, -32600],
  session_missing: [400, -32000],
  session_unknown: [404, -32000],
  setting_invalid: [500, -32603],
  sign_in_refused: [403, -32000],
  stream_taken: [409, -32000],
  upstream_failed: [200, -32603],
  upstream_session_lost: [200, -32603],
  user_unknown: [404, -32000],
  version_conflict: [409, -32000],
  version_unknown: [404, -32000],
  version_unsupported: [400, -32000],
};

test.each(Object.entries(WIRE))('%s has its HTTP status and its JSON-RPC code', (code, [status, rpc]) => {
  faultLog();
  const error = new GatehouseError(code as ErrorCode, 'What is wrong.');
  expect(error.httpStatus).toBe(status);
  expect(toHttpStatus(error)).toBe(status);
  expect(toRpcError(error)).toEqual({ code: rpc, message: 'What is wrong.', data: { code } });
});

test.each(Object.entries(WIRE))('%s is reported only where the fault is ours', (code, [status]) => {
  const faults = faultLog();
  toRpcError(new GatehouseError(code as ErrorCode, 'What is wrong.'));
  expect(faults().map(({ event }) => event)).toEqual(status >= 500 ? [code] : []);
});

test('data of its own takes the place of the code', () => {
  const error = new GatehouseError('resource_not_found', 'Not found.', { uri: 'note://1' });
  expect(toRpcError(error).data).toEqual({ uri: 'note://1' });
  expect(toRpcError(new GatehouseError('resource_not_found', 'Not found.', null)).data).toBeNull();
});

test.each([
  ['an error of ours', new TypeError('token=hunter2')],
  ['a string', 'token=hunter2'],
  ['nothing', undefined],
  ['an object that looks like a gateway error', { code: 'session_unknown', message: 'token=hunter2' }],
])('%s that is thrown tells nothing, and is reported without its text', (_what, thrown) => {
  const faults = faultLog();
  expect(toRpcError(thrown)).toEqual({
    code: -32603,
    message: 'Internal error.',
    data: { code: 'internal_error' },
  });
  expect(toHttpStatus(thrown)).toBe(500);
  expect(faults()).toMatchObject([{ event: 'fault' }]);
  expect(JSON.stringify(faults())).not.toContain('hunter2');
});

test('a gateway error is an Error by name, message and code', () => {
  const error = new GatehouseError('session_unknown', 'No such session.');
  expect(error).toBeInstanceOf(Error);
  expect(String(error)).toBe('GatehouseError: No such session.');
  expect(error.code).toBe('session_unknown');
});

test('a fault is written with its kind, its context and where it came from', () => {
  const faults = faultLog();
  reportFault('upstream_failed', new TypeError('x'), { server: 'memory' });
  expect(faults()).toEqual([
    {
      level: 'error',
      event: 'upstream_failed',
      server: 'memory',
      name: 'TypeError',
      frames: expect.anything(),
    },
  ]);
  expect(faults()[0]?.frames[0]).toMatch(/^ {4}at .*errors\.test\.ts:\d+:\d+/);
});

test('a line of the text that looks like a frame is not taken for one', () => {
  const faults = faultLog();
  reportFault('fault', new Error('the server said:\n    at token=hunter2'));
  expect(faults()[0]?.frames[0]).toContain('errors.test.ts');
  expect(JSON.stringify(faults())).not.toContain('hunter2');
});

test.each([
  ['a string', 'hunter2', 'string'],
  ['nothing', undefined, 'undefined'],
  ['an error without a stack', Object.assign(new Error('hunter2'), { stack: undefined }), 'Error'],
])('%s is reported by its type alone', (_what, thrown, name) => {
  const faults = faultLog();
  reportFault('fault', thrown);
  expect(faults()).toEqual([{ level: 'error', event: 'fault', name, frames: [] }]);
});
