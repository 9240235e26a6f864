import { describe, expect, test } from 'vitest';
import { itemOf } from '../../catalog/pins/definition-item.ts';
import { GatehouseError } from '../../errors.ts';
import { failure, type Outcome } from '../../protocol/message.ts';
import { newTrace } from '../../telemetry/trace-context.ts';
import { upstreamFailure } from '../upstream-failure.ts';
import { type CallOrigin, callRecord } from './call-record.ts';
import type { GovernedCall } from './governed-call.ts';

const TOOL = { name: 'send', description: 'Sends', inputSchema: { type: 'object' } };
const ORIGIN: CallOrigin = {
  installation: 'installation',
  session: 'session',
  era: '2026',
  keepsArguments: false,
  digestOf: text => `digest of ${text}`,
};
const DONE: Outcome = { kind: 'result', result: { content: [], resultType: 'complete' } };

function callOf(
  change: Partial<Record<'method' | 'params' | 'found' | 'signal' | 'kind', unknown>> = {},
): GovernedCall {
  const {
    method = 'tools/call',
    params = { name: 'send', arguments: { b: 1, a: 'ö' } },
    found = [],
  } = change;
  const signal = change.signal ?? new AbortController().signal;
  const caller = {
    tenant: 'acme',
    subject: 'ada',
    client: 'app',
    roles: ['member'],
    groups: ['a b'],
    country: 'DE',
  };
  const called = { kind: change.kind ?? 'tool', name: 'send' };
  return {
    server: { name: 'post', codeHash: 'v3', connections: ['mail', 'fax'] },
    facts: { caller, called },
    request: { method, params, tool: method === 'tools/call' ? TOOL : undefined },
    hooks: { signal },
    startedAtMs: Date.now(),
    notes: { decision: { effect: 'allow', rule: 'all', version: 7 }, approval: null, found },
    trace: newTrace(0),
  } as unknown as GovernedCall;
}

test('the record says who called what, as what, and by which rule', () => {
  expect(callRecord(callOf(), DONE, ORIGIN)).toMatchObject({
    ...{ user: 'ada', client: 'app', roles: 'member', groups: '["a b"]', country: 'DE' },
    ...{ server: 'post', code: 'v3', name: 'send', connections: 'mail fax' },
    ...{ effect: 'allow', rule: 'all', policyVersion: 7, outcome: 'done', error: null },
    hash: itemOf('tools', TOOL).hash,
  });
});

test('the same arguments have the same digest, however they are spelled, and are not on record themselves', () => {
  const turned = callOf({ params: { name: 'send', arguments: { a: 'ö', b: 1 } } });
  const [record, other] = [callRecord(callOf(), DONE, ORIGIN), callRecord(turned, DONE, ORIGIN)];
  expect(record).toMatchObject({ digest: 'digest of {"a":"ö","b":1}', bytesIn: 16, arguments: null });
  expect(other.digest).toBe(record.digest);
});

test('of a resource its URI is taken as an argument, and is no name', () => {
  const read = callOf({ method: 'resources/read', params: { uri: 'note://secret' }, kind: 'resource' });
  const record = callRecord(read, DONE, ORIGIN);
  expect(record).toMatchObject({ name: null, hash: null, digest: 'digest of {"uri":"note://secret"}' });
});

test('arguments are on record where that is asked for, cut, and not where a guard has found something', () => {
  const origin = { ...ORIGIN, keepsArguments: true };
  expect(callRecord(callOf(), DONE, origin).arguments).toBe('{"a":"ö","b":1}');
  const long = callOf({ params: { name: 'send', arguments: { text: 'x'.repeat(100_000) } } });
  expect(callRecord(long, DONE, origin).arguments).toHaveLength(16_385);
  expect(callRecord(callOf({ found: ['keys:aws'] }), DONE, origin)).toMatchObject({
    arguments: null,
    found: 'keys:aws',
  });
});

describe('how a round ended', () => {
  const tool = (more: object): Outcome => ({
    kind: 'result',
    result: { content: [], isError: true, ...more },
  });
  const failed = (code: string, outcome: string) =>
    tool({ _meta: { 'gatehouse/failure': { code, outcome } } });
  const refused = (code: ConstructorParameters<typeof GatehouseError>[0]) =>
    failure(new GatehouseError(code, 'no'));
  const theirs: Outcome = { kind: 'error', error: { code: -32602, message: 'bad' }, httpStatus: 200 };

  test.each<[string, string | null, Outcome]>([
    ['done', null, DONE],
    ['asked', null, { kind: 'result', result: { resultType: 'input_required' } }],
    ['tool-error', null, tool({})],
    ['failed', 'circuit_open', failed('circuit_open', 'not-sent')],
    ['unknown', 'call_timeout', failed('call_timeout', 'unknown')],
    ['denied', 'policy_denied', refused('policy_denied')],
    ['refused', 'quota_exceeded', refused('quota_exceeded')],
    ['refused', 'approval_required', refused('approval_required')],
    ['refused', 'content_refused', refused('content_refused')],
    ['unknown', 'upstream_failed', failure(upstreamFailure('upstream_failed', 'Away.'))],
    ['failed', 'internal_error', failure(new Error('oops'))],
    ['failed', '-32602', theirs],
  ])('%s (%s)', (outcome, error, ended) => {
    expect(callRecord(callOf(), ended, ORIGIN)).toMatchObject({ outcome, error });
  });

  test('cancelled, where whoever called had gone and nothing came of it; done, where something did', () => {
    const call = callOf({ signal: AbortSignal.abort() });
    const end = (ended: Outcome) => callRecord(call, ended, ORIGIN).outcome;
    expect([theirs, failed('upstream_failed', 'unknown'), DONE].map(end)).toEqual([
      'cancelled',
      'cancelled',
      'done',
    ]);
  });
});
