import { expect, test } from 'vitest';
import { refusal } from '../../src/errors.fake.ts';
import type { JsonObject } from '../../src/protocol/message.ts';
import { sessionClientOf } from './session-client.ts';

const PARAMS = {
  protocolVersion: '2025-06-18',
  clientInfo: { name: 'editor', version: '1' },
  capabilities: { sampling: {}, roots: { listChanged: true }, experimental: { a: {} } },
};

test('a client is remembered by its revision, its name and its capabilities, with settings as they begin', () => {
  expect(sessionClientOf(PARAMS)).toEqual({
    revision: '2025-06-18',
    info: PARAMS.clientInfo,
    capabilities: PARAMS.capabilities,
    logLevel: 'info',
    subscriptions: [],
  });
});

test.each([
  ['2025-11-25', '2025-11-25'],
  ['2025-03-26', '2025-03-26'],
  ['2024-11-05', '2025-11-25'],
  ['2026-07-28', '2025-11-25'],
  ['', '2025-11-25'],
])('a client that asks for the revision %j gets %s', (protocolVersion, revision) => {
  expect(sessionClientOf({ ...PARAMS, protocolVersion })).toMatchObject({ revision });
});

test('what the specification does not know is not kept', () => {
  const params = {
    ...PARAMS,
    clientInfo: { ...PARAMS.clientInfo, odd: 1 },
    capabilities: { ...PARAMS.capabilities, odd: {} },
    odd: true,
  };
  expect(sessionClientOf(params)).toEqual(sessionClientOf(PARAMS));
});

test.each([
  [{}, { form: {} }],
  [{ form: {} }, { form: {} }],
  [{ url: {} }, { url: {} }],
  [
    { form: {}, url: {} },
    { form: {}, url: {} },
  ],
])('the elicitation capability %j stands for %j', (elicitation, meant) => {
  expect(sessionClientOf({ ...PARAMS, capabilities: { elicitation } }).capabilities).toEqual({
    elicitation: meant,
  });
});

test.each<[member: string, params: JsonObject | undefined]>([
  ['params', undefined],
  ['params.protocolVersion', { ...PARAMS, protocolVersion: 20250618 }],
  ['params.protocolVersion', { clientInfo: PARAMS.clientInfo, capabilities: {} }],
  ['params.clientInfo', { ...PARAMS, clientInfo: 'editor' }],
  ['params.clientInfo.version', { ...PARAMS, clientInfo: { name: 'editor' } }],
  ['params.capabilities', { ...PARAMS, capabilities: null }],
  ['params.capabilities', { ...PARAMS, capabilities: [] }],
  ['params.capabilities.elicitation', { ...PARAMS, capabilities: { elicitation: true } }],
  [
    'params.capabilities.roots.listChanged',
    { ...PARAMS, capabilities: { roots: { listChanged: 'canary' } } },
  ],
])('a wrong %s is refused by its name: %j', (member, params) => {
  const named = refusal('params_invalid', new RegExp(`^initialize: ${member}: [^:]+: [^:]+\\.$`));
  expect(() => sessionClientOf(params)).toThrow(named);
  expect(() => sessionClientOf(params)).not.toThrow(/canary/);
});
