import { expect, test } from 'vitest';
import { credentialOwner } from './credential-owner.ts';

const user = { tenant: 'acme', subject: 'okta|ada' };

test('a credential is kept by the user, the organisation or the server that owns it, within one tenant', () => {
  const owners = (['user', 'tenant', 'server'] as const).map(owner =>
    credentialOwner({ owner, user, server: 'github' }),
  );
  expect(owners[0]).toEqual(user);
  expect(new Set(owners.map(({ subject }) => subject)).size).toBe(3);
  expect(owners.every(({ tenant }) => tenant === 'acme')).toBe(true);
  expect(() => credentialOwner({ owner: 'server', user, server: null })).toThrow('which server');
});
