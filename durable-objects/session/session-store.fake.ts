import { keyRingOf } from '../../src/crypto/key-ring.fake.ts';
import { ADA } from '../../src/principal.fake.ts';
import { FakeStorage } from '../storage/storage.fake.ts';
import { type SessionSeed, SessionStore } from './session-store.ts';

/** What Ada's session of these tests is opened with. */
export const SEED: SessionSeed = {
  object: 'object-1',
  principal: ADA,
  bearer: Uint8Array.of(1, 2, 3),
  client: { info: { name: 'editor' } },
  expiresAtMs: 1_700_000_000_000,
};

/** A new session of Ada's in a storage of its own. `reopen` is what happens after an eviction. */
export function newSession() {
  const fake = new FakeStorage();
  const ring = keyRingOf('k1');
  const store = SessionStore.create(fake.storage, ring, SEED);
  return { fake, store, ring, reopen: () => SessionStore.open(fake.storage, ring, SEED) };
}
