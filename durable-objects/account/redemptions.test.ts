import { expect, test } from 'vitest';
import { KEY_BYTES } from '../../src/crypto/key-ring.ts';
import { fakeSql } from '../storage/storage.fake.ts';
import { RETRY_WINDOW_MS, Redemptions } from './redemptions.ts';

const OWNER = { tenant: 'acme', subject: 'ada' };
const KEY = { kid: 'data', key: new Uint8Array(KEY_BYTES).fill(7) };
const REDEMPTION = { userId: 'u', grantId: 'g', secretHash: 'secret', requestHash: 'request' };
const ANSWER = { status: 200, body: '{"access_token":"canary"}' };

function redemptions() {
  const sql = fakeSql();
  return { sql, redemptions: new Redemptions(sql, OWNER, () => KEY) };
}

test('a refresh token that comes for the first time is unknown', () => {
  expect(redemptions().redemptions.earlier(REDEMPTION, 0)).toBeUndefined();
});

test.each([
  ['the same request at once', 'retry', REDEMPTION, 0],
  ['the same request at the end of the window', 'retry', REDEMPTION, RETRY_WINDOW_MS],
  ['the same request after the window', 'replay', REDEMPTION, RETRY_WINDOW_MS + 1],
  ['another request at once', 'replay', { ...REDEMPTION, requestHash: 'other' }, 0],
])('%s is a %s', (_what, kind, again, afterMs) => {
  const { redemptions: redeemed } = redemptions();
  redeemed.remember(REDEMPTION, ANSWER, 1000);
  expect(redeemed.earlier(again, 1000 + afterMs)).toEqual(
    kind === 'retry' ? { kind, answer: ANSWER } : { kind },
  );
});

test('an answer is sealed, and goes when it can no longer be asked for; that it was given is remembered', () => {
  const { sql, redemptions: redeemed } = redemptions();
  const stored = () =>
    sql.exec<{ response: ArrayBuffer | null }>('SELECT response FROM redemption').toArray();
  redeemed.remember(REDEMPTION, ANSWER, 0);
  expect(Buffer.from(stored()[0]?.response ?? new ArrayBuffer()).toString('latin1')).not.toContain('canary');
  redeemed.remember({ ...REDEMPTION, secretHash: 'next' }, ANSWER, RETRY_WINDOW_MS + 1);
  expect(stored().map(({ response }) => response === null)).toEqual([false, true]);
  expect(redeemed.earlier(REDEMPTION, RETRY_WINDOW_MS + 1)).toEqual({ kind: 'replay' });
});

test('a grant that has ended is forgotten with all its tokens', () => {
  const { redemptions: redeemed } = redemptions();
  redeemed.remember(REDEMPTION, ANSWER, 0);
  redeemed.forget('g');
  expect(redeemed.earlier(REDEMPTION, 0)).toBeUndefined();
});

test('when all access of a user ends, everything is forgotten', () => {
  const { redemptions: redeemed } = redemptions();
  redeemed.forgetAll();
  redeemed.remember(REDEMPTION, ANSWER, 0);
  redeemed.forgetAll();
  expect(redeemed.earlier(REDEMPTION, 0)).toBeUndefined();
});
