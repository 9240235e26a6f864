import { expect, test } from 'vitest';
import { keyRingOf } from '../../src/crypto/key-ring.fake.ts';
import { refusal } from '../../src/errors.fake.ts';
import { FakeStorage } from '../storage/storage.fake.ts';
import { SealedRows } from './sealed-rows.ts';

const ADA = { tenant: 'acme', subject: 'okta|ada' };

function opened() {
  const storage = new FakeStorage();
  const rows = (owner = ADA) => new SealedRows(storage.sql as unknown as SqlStorage, keyRingOf('k1'), owner);
  const { upstream } = rows();
  const token = () => {
    const sealed = upstream.read()?.sealedToken;
    return sealed ? upstream.tokenOf(sealed) : null;
  };
  return { storage, upstream, token, rows };
}

test('the newest sign-in takes the place of earlier ones', () => {
  const { upstream, token } = opened();
  upstream.signedIn({ provider: 'okta', refreshToken: 'first' }, 1);
  upstream.signedIn({ provider: 'okta', refreshToken: 'second' }, 2);
  expect(token()).toBe('second');
  expect(upstream.read()).toMatchObject({ provider: 'okta', signedInAtMs: 2, verifiedAtMs: 2 });
});

test('a refresh token is kept when the same provider gives none at a newer sign-in, and no longer at another', () => {
  const { upstream, token } = opened();
  upstream.signedIn({ provider: 'okta', refreshToken: 'first' }, 1);
  upstream.signedIn({ provider: 'okta' }, 2);
  expect(token()).toBe('first');
  upstream.signedIn({ provider: 'other' }, 3);
  expect(token()).toBeNull();
});

test('a rotated token does not take the place of one that came by a newer sign-in, or of none', () => {
  const { upstream, token } = opened();
  upstream.signedIn({ provider: 'okta', refreshToken: 'first' }, 1);
  const asked = upstream.read()?.sealedToken ?? new Uint8Array();
  upstream.signedIn({ provider: 'okta', refreshToken: 'second' }, 2);
  expect(upstream.isCurrent(asked)).toBe(false);
  upstream.rotated(asked, 'third');
  expect(token()).toBe('second');
  upstream.delete();
  upstream.rotated(asked, 'third');
  expect(upstream.read()).toBeNull();
});

test('a token is sealed, for its user only', () => {
  const { storage, upstream, rows } = opened();
  upstream.signedIn({ provider: 'okta', refreshToken: 'canary' }, 1);
  expect(storage.dump()).not.toContain('canary');
  const sealed = upstream.read()?.sealedToken ?? new Uint8Array();
  const eve = rows({ tenant: 'acme', subject: 'okta|eve' }).upstream;
  expect(() => eve.tokenOf(sealed)).toThrow(refusal('sealed_unreadable', /could not be opened/));
});

test('asking about a user who never signed in leaves nothing behind', () => {
  const { storage, upstream } = opened();
  expect(upstream.read()).toBeNull();
  upstream.delete();
  expect(storage.sql.exec('SELECT name FROM sqlite_master').toArray()).toEqual([]);
});
