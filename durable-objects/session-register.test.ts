import { expect, test } from 'vitest';
import { SessionRegister } from './session-register.ts';
import { fakeSql } from './storage.fake.ts';

test('the end of an installation ends its sessions, that of a token hangs them up, and others hear nothing', async () => {
  const told: string[] = [];
  const register = new SessionRegister(fakeSql(), object => ({
    endWithGrant: async () => void told.push(`end ${object}`),
    hangUp: async () => void told.push(`hang up ${object}`),
  }));
  await register.endAll('i');
  expect(register.installations()).toEqual([]);
  register.opened({ object: 'a', installationId: 'i' });
  register.opened({ object: 'b', installationId: 'i' });
  register.opened({ object: 'c', installationId: 'j' });
  expect(register.installations().toSorted()).toEqual(['i', 'j']);
  register.closed('b');
  await register.hangUpAll('i');
  await register.endAll('i');
  await register.endAll('i');
  expect(told).toEqual(['hang up a', 'end a']);
});
