import { expect, test } from 'vitest';
import { keyRingText } from '../crypto/key-ring.fake.ts';
import { parseKeyRing } from '../crypto/key-ring.ts';
import { userIdOf, userOf, userOfToken } from './user-id.ts';

const RING = parseKeyRing(keyRingText('k1'));
const ROTATED = parseKeyRing(keyRingText('k1', 'k2'));

test.each([
  { tenant: 'default', subject: 'ada' },
  { tenant: 'a.b', subject: 'okta|00u1:x.y' },
  { tenant: 'ünïcode', subject: 'ada@example.com' },
])('the user %j is found again in what begins with their id', user => {
  const userId = userIdOf(RING, user);
  expect(userId).toMatch(/^[A-Za-z0-9._-]+$/);
  expect(userOf(RING, userId)).toEqual(user);
  expect(userOfToken(RING, `${userId}:grant:secret`)).toEqual(user);
  expect(userOf(ROTATED, userId)).toEqual(user);
});

test('an id that was made up or changed in any character names nobody', () => {
  const userId = userIdOf(RING, { tenant: 'default', subject: 'ada' });
  for (let at = 0; at < userId.length; at++) {
    const changed = userId.slice(0, at) + (userId[at] === 'A' ? 'B' : 'A') + userId.slice(at + 1);
    expect(userOf(RING, changed)).toBeNull();
  }
  for (const made of ['', 'ada', 'default.ada', `${userId}.x`, `${userId}=`, userId.slice(0, -1)]) {
    expect(userOf(RING, made)).toBeNull();
  }
});

test.each(['', 'one', 'one:two', 'one:two:three:four'])('"%s" is no token, whatever it begins with', rest => {
  const userId = userIdOf(RING, { tenant: 'default', subject: 'ada' });
  expect(
    userOfToken(RING, `${userId}${rest && `:${rest}`}:`.replace(/:$/, rest === 'one:two' ? ':x' : '')),
  ).toBeNull();
});
