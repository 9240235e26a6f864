import { expect, test } from 'vitest';
import { refusal } from '../errors.fake.ts';
import { EVENTS_CURSOR, VERIFICATION_CURSOR } from './page-cursor.ts';

const PLACE = { after: 'account/a', begun: { chain: 'account/b', sequence: 4, hash: null } };

test('a cursor comes back as it went', () => {
  expect(VERIFICATION_CURSOR.read(VERIFICATION_CURSOR.write(PLACE))).toEqual(PLACE);
  expect(VERIFICATION_CURSOR.write(PLACE)).toMatch(/^[\w-]+$/);
});

test('no cursor is the beginning', () => {
  expect(VERIFICATION_CURSOR.read('')).toBeNull();
});

test.each([
  'x',
  '😀',
  'bnVsbA',
  EVENTS_CURSOR.write({ atMs: 1, id: 'a' }),
  Buffer.from(JSON.stringify({ ...PLACE, tenant: 'other' })).toString('base64url'),
])('%s is no cursor of a verification', text => {
  expect(() => VERIFICATION_CURSOR.read(text)).toThrow(
    refusal('query_invalid', /"after" must be the "next"/),
  );
});
