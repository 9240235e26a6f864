import { expect, test } from 'vitest';
import {
  completeResult,
  isSubscribed,
  metaOf,
  profileOf,
  withEnvelope,
  withSubscriptionId,
} from './modern.ts';

const key = (name: string) => `io.modelcontextprotocol/${name}`;
const META = {
  [key('protocolVersion')]: '2026-07-28',
  [key('clientInfo')]: { name: 'editor', version: '1' },
  [key('clientCapabilities')]: { elicitation: {} },
  [key('logLevel')]: 'warning',
};

test('a client is what the envelope of its request says', () => {
  expect(profileOf({ _meta: META })).toEqual({
    info: { name: 'editor', version: '1' },
    capabilities: { elicitation: {} },
    logLevel: 'warning',
  });
});

test.each([
  ['no envelope', {}],
  ['an empty one', { _meta: {} }],
  ['one that is no object', { _meta: 'x' }],
  [
    'one of wrong types',
    { _meta: { [key('clientInfo')]: 'x', [key('clientCapabilities')]: [], [key('logLevel')]: 1 } },
  ],
])('a request with %s tells nothing of its client', (_what, params) => {
  expect(profileOf(params)).toEqual({ capabilities: {} });
});

test('an envelope says what the client is, and keeps what else is in _meta', () => {
  const client = { info: { name: 'editor' }, capabilities: { roots: {} }, logLevel: 'info' };
  expect(withEnvelope({ name: 'x', _meta: { progressToken: 1 } }, client)).toEqual({
    name: 'x',
    _meta: {
      progressToken: 1,
      [key('protocolVersion')]: '2026-07-28',
      [key('clientInfo')]: { name: 'editor' },
      [key('clientCapabilities')]: { roots: {} },
      [key('logLevel')]: 'info',
    },
  });
});

test('what a request claims of itself gives way to what is known of the client', () => {
  const { _meta } = withEnvelope({ _meta: META }, { info: { name: 'real' }, capabilities: {} });
  expect(_meta).toEqual({
    [key('protocolVersion')]: '2026-07-28',
    [key('clientInfo')]: { name: 'real' },
    [key('clientCapabilities')]: {},
  });
});

test('parameters are not changed in place', () => {
  const params = Object.freeze({ _meta: Object.freeze({ a: 1 }) });
  expect(withEnvelope(params, { capabilities: {} })).not.toBe(params);
  expect(metaOf(params)).toEqual({ a: 1 });
});

test('a profile goes through an envelope unchanged', () => {
  const client = { info: { name: 'editor' }, capabilities: { sampling: {} }, logLevel: 'debug' };
  expect(profileOf(withEnvelope({}, client))).toEqual(client);
});

test('a result of the gateway is complete, private and not kept, unless it says otherwise', () => {
  const server = { name: 'gatehouse', version: '1' };
  expect(completeResult({ tools: [] }, server)).toEqual({
    tools: [],
    resultType: 'complete',
    ttlMs: 0,
    cacheScope: 'private',
    _meta: { [key('serverInfo')]: server },
  });
  expect(completeResult({ _meta: { a: 1 } }, server, 60, 'public')).toMatchObject({
    ttlMs: 60,
    cacheScope: 'public',
    _meta: { a: 1, [key('serverInfo')]: server },
  });
});

test('a notification is marked with its subscription, and keeps its parameters', () => {
  const method = 'notifications/resources/updated';
  expect(withSubscriptionId({ method, params: { uri: 'note://1', _meta: { a: 1 } } }, 7)).toEqual({
    method,
    params: { uri: 'note://1', _meta: { a: 1, [key('subscriptionId')]: 7 } },
  });
  expect(withSubscriptionId({ method }, 'x').params).toEqual({ _meta: { [key('subscriptionId')]: 'x' } });
});

test.each([
  ['notifications/tools/list_changed', {}, { toolsListChanged: true }, true],
  ['notifications/tools/list_changed', {}, { promptsListChanged: true }, false],
  ['notifications/prompts/list_changed', {}, { promptsListChanged: true }, true],
  ['notifications/resources/list_changed', {}, { resourcesListChanged: true }, true],
  ['notifications/resources/updated', { uri: 'a:1' }, { resourceSubscriptions: ['a:1'] }, true],
  ['notifications/resources/updated', { uri: 'a:2' }, { resourceSubscriptions: ['a:1'] }, false],
  ['notifications/resources/updated', { uri: 'a:1' }, { resourcesListChanged: true }, false],
  ['notifications/message', {}, { toolsListChanged: true }, false],
])('%s about %j is covered by the filter %j: %s', (method, params, filter, expected) => {
  expect(isSubscribed(filter, { method, params })).toBe(expected);
});
