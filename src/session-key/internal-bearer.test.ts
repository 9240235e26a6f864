import { expect, test } from 'vitest';
import { lengthPrefixed, toBase64url } from '../crypto/bytes.ts';
import { keyRingOf } from '../crypto/key-ring.fake.ts';
import { hmac } from '../crypto/key-ring.ts';
import { refusal } from '../errors.fake.ts';
import { ADA, ALMOST_ADA } from '../principal.fake.ts';
import { accountObjectName, deriveSessionKey, type SessionHandle } from './internal-bearer.ts';

const RING = keyRingOf('k1', 'k2');
const SESSION: SessionHandle = { kind: 'session', id: 'v1.k1.random.mac', kid: 'k1' };
const HOME: SessionHandle = { kind: 'home', kid: 'k1' };

test('bearer and name are derived again the same on every request', () => {
  expect(deriveSessionKey(RING, ADA, SESSION)).toEqual(deriveSessionKey(keyRingOf('k1'), ADA, SESSION));
});

test('bearer and name are the keyed hashes of the design, section 6', () => {
  const { tenant, subject, client, installation, resource } = ADA;
  const fields = lengthPrefixed(tenant, subject, client, installation.id, resource, SESSION.id);
  const bearer = hmac(RING.derive('k1', 'internal-bearer'), fields);
  const name = hmac(RING.derive('k1', 'object-name'), lengthPrefixed(SESSION.id, toBase64url(bearer)));
  expect(deriveSessionKey(RING, ADA, SESSION)).toEqual({ bearer, objectName: toBase64url(name) });
});

test('a name is an opaque base64url text that holds nothing of the principal or the session', () => {
  const { objectName } = deriveSessionKey(RING, ADA, SESSION);
  expect(objectName).toMatch(/^[A-Za-z0-9_-]{43}$/);
});

test.each(ALMOST_ADA)('another %s leads to another bearer and another object', (_field, other) => {
  for (const handle of [SESSION, HOME]) {
    const own = deriveSessionKey(RING, ADA, handle);
    const foreign = deriveSessionKey(RING, other, handle);
    expect(foreign.bearer).not.toEqual(own.bearer);
    expect(foreign.objectName).not.toBe(own.objectName);
  }
});

test('sessions, homes and keys lead to objects of their own', () => {
  const handles: SessionHandle[] = [
    SESSION,
    { ...SESSION, id: 'v1.k1.random.mac2' },
    { ...SESSION, kid: 'k2' },
    HOME,
    { ...HOME, kid: 'k2' },
  ];
  const names = handles.map(handle => deriveSessionKey(RING, ADA, handle).objectName);
  expect(new Set(names).size).toBe(handles.length);
});

test('all stateless requests of one grant share one home', () => {
  const later = { ...ADA, scopes: [], roles: [] };
  expect(deriveSessionKey(RING, later, HOME)).toEqual(deriveSessionKey(RING, ADA, HOME));
});

test('a handle whose key is gone is refused', () => {
  expect(() => deriveSessionKey(keyRingOf('k2'), ADA, HOME)).toThrow(
    refusal('key_unknown', 'The key that sealed this is not in the key ring.'),
  );
});

test('an account has one name, which hides its subject and outlives every key', () => {
  expect(accountObjectName('acme', 'ada')).toBe(accountObjectName('acme', 'ada'));
  expect(accountObjectName('acme', 'ada')).toMatch(/^[A-Za-z0-9_-]{43}$/);
});

test('no two users share an account, however their names are cut', () => {
  const names = [
    accountObjectName('acme', 'ada'),
    accountObjectName('acmea', 'da'),
    accountObjectName('acme', 'eve'),
    accountObjectName('', 'acmeada'),
  ];
  expect(new Set(names).size).toBe(names.length);
});
