import { afterEach, expect, test, vi } from 'vitest';
import { fromBase64url, toBase64url } from '../../src/crypto/bytes.ts';
import { keyRingOf } from '../../src/crypto/key-ring.fake.ts';
import { withBitFlipped } from '../../src/crypto/random.fake.ts';
import { refusal } from '../../src/errors.fake.ts';
import { ADA, ALMOST_ADA } from '../../src/principal.fake.ts';
import { RequestStates } from './request-state.ts';

const RING = keyRingOf('k1');
const STATES = new RequestStates(RING, ADA, 600);
const PARAMS = { name: 'memory_forget', arguments: { id: '1', deep: { a: [1, { b: 2, c: 3 }], z: null } } };
const INVALID = refusal('request_state_invalid', 'Invalid or expired requestState.');

const CALL = { method: 'tools/call', params: PARAMS, target: 'memory' };

const sealed = () => STATES.seal(CALL, 'the state');

afterEach(() => {
  vi.useRealTimers();
});

test('a state comes back as it went, and shows nothing on its way', () => {
  const state = sealed();
  expect(STATES.open(CALL, state)).toBe('the state');
  expect(state).toMatch(/^[A-Za-z0-9_-]+$/);
  expect(Buffer.from(state, 'base64url').toString('latin1')).not.toContain('the state');
});

test('two states of the same content look different', () => {
  expect(sealed()).not.toBe(sealed());
});

test('what belongs to a round may differ in a retry', () => {
  const retry = { ...PARAMS, requestState: 'x', inputResponses: { sure: {} }, _meta: { progressToken: 2 } };
  expect(STATES.open({ ...CALL, params: retry }, sealed())).toBe('the state');
});

test('the order of arguments may differ in a retry, at any depth', () => {
  const reordered = {
    arguments: { deep: { z: null, a: [1, { c: 3, b: 2 }] }, id: '1' },
    name: 'memory_forget',
  };
  expect(STATES.open({ ...CALL, params: reordered }, sealed())).toBe('the state');
});

test.each([
  ['another tool', { ...PARAMS, name: 'memory_recall' }],
  ['another argument', { ...PARAMS, arguments: { ...PARAMS.arguments, id: '2' } }],
  ['an argument of another type', { ...PARAMS, arguments: { ...PARAMS.arguments, id: 1 } }],
  ['an argument more', { ...PARAMS, arguments: { ...PARAMS.arguments, all: true } }],
  ['an argument less', { ...PARAMS, arguments: { id: '1' } }],
  ['a member more', { ...PARAMS, more: 1 }],
  [
    'a list in another order',
    { ...PARAMS, arguments: { id: '1', deep: { a: [{ b: 2, c: 3 }, 1], z: null } } },
  ],
  ["a round's member among the arguments", { ...PARAMS, arguments: { ...PARAMS.arguments, _meta: {} } }],
  ['no arguments', { name: 'memory_forget' }],
])('a state does not open for %s', (_what, params) => {
  expect(() => STATES.open({ ...CALL, params }, sealed())).toThrow(INVALID);
});

test('a state does not open for another method', () => {
  expect(() => STATES.open({ ...CALL, method: 'prompts/get' }, sealed())).toThrow(INVALID);
});

test('a state does not open where the same call reaches something else', () => {
  expect(() => STATES.open({ ...CALL, target: 'other' }, sealed())).toThrow(INVALID);
});

test('a server that keeps no state has its questions bound all the same', () => {
  const state = STATES.seal(CALL, null);
  expect(STATES.open(CALL, state)).toBeNull();
  expect(() => STATES.open({ ...CALL, target: 'other' }, state)).toThrow(INVALID);
});

test.each(ALMOST_ADA)('a state does not open for a principal of another %s', (_field, principal) => {
  const other = new RequestStates(RING, principal, 600);
  expect(() => other.open(CALL, sealed())).toThrow(INVALID);
});

test('a state opens until its time is over, and not after', () => {
  vi.useFakeTimers({ now: 1_700_000_000_000 });
  const state = sealed();
  vi.advanceTimersByTime(600_000);
  expect(STATES.open(CALL, state)).toBe('the state');
  vi.advanceTimersByTime(1);
  expect(() => STATES.open(CALL, state)).toThrow(INVALID);
});

test('a state outlives the rotation of its key, and ends when that key is gone', () => {
  const state = sealed();
  expect(new RequestStates(keyRingOf('k1', 'k2'), ADA, 600).open(CALL, state)).toBe('the state');
  expect(() => new RequestStates(keyRingOf('k2'), ADA, 600).open(CALL, state)).toThrow(INVALID);
});

test('a state with any bit flipped, or cut short, is refused', () => {
  const state = sealed();
  const bytes = fromBase64url(state);
  for (let bit = 0; bit < bytes.length * 8; bit++) {
    const flipped = toBase64url(withBitFlipped(bytes, bit));
    expect(() => STATES.open(CALL, flipped), `bit ${bit}`).toThrow(INVALID);
  }
  for (let length = 0; length < bytes.length; length++) {
    const cut = toBase64url(bytes.subarray(0, length));
    expect(() => STATES.open(CALL, cut)).toThrow(INVALID);
  }
});

test.each<{ state?: unknown }>([
  {},
  { state: '' },
  { state: 'the state' },
  { state: '*' },
  { state: null },
  { state: 5 },
  { state: { toString: 1 } },
  { state: [] },
])('in %j there is no state', ({ state }) => {
  expect(() => STATES.open(CALL, state)).toThrow(INVALID);
});

test('a refusal says why in the way that clients know', () => {
  expect(() => STATES.open(CALL, 'x')).toThrow(
    expect.objectContaining({ data: { reason: 'invalid_request_state' } }),
  );
});
