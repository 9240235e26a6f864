import { env } from 'cloudflare:test';
import { expect, test } from 'vitest';
import type { Env } from '../src/env.ts';
import { GatehouseError } from '../src/errors.ts';
import { userAccessOf } from '../src/grants/user-access.ts';
import { connectionOf } from '../src/vault/connection.fake.ts';
import { credentialLedgerOf } from '../src/vault/credential-ledger.ts';

const OWNER = { tenant: 'acme', subject: 'okta|suspended' };
const gateway = env as unknown as Env;

test('what an account refuses arrives as what it is, with its code and words', async () => {
  await userAccessOf(gateway, OWNER).suspendUser(OWNER);
  const credential = { kind: 'secret', value: 'a key of the test' } as const;
  const kept = credentialLedgerOf(gateway, OWNER).keepCredential(OWNER, connectionOf(), credential);
  const error = await kept.catch((each: unknown) => each);
  expect(error).toBeInstanceOf(GatehouseError);
  expect(error).toMatchObject({ code: 'sign_in_refused', message: expect.stringContaining('has ended') });
});
