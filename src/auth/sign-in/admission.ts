import { randomBytes } from 'node:crypto';
import { toBase64url } from '../../crypto/bytes.ts';
import type { Env, Settings } from '../../env.ts';
import { GatehouseError } from '../../errors.ts';
import { signInRegisterOf, type UpstreamSignIn } from '../../grants/sign-in-register.ts';
import { tenantOf } from '../../grants/tenant.ts';
import type { Person } from '../../identity/person.ts';
import { signInCookie } from './sign-in.ts';

/**
 * Lets a person in who has just proved who they are: their account and their organisation take note of it, and the returned cookie keeps them signed
 * in at this browser.
 * @param upstream null for development identities.
 * @throws GatehouseError `sign_in_refused` for a person who is suspended.
 */
export async function admit(
  env: Env,
  settings: Settings,
  person: Person,
  upstream: UpstreamSignIn | null,
): Promise<string> {
  const signedInAtMs = await signInRegisterOf(env, person).recordSignIn(person, upstream);
  if (signedInAtMs === null) {
    const message = 'Your access to this gateway is suspended. Ask whoever runs it.';
    throw new GatehouseError('sign_in_refused', message);
  }
  await tenantOf(env, person.tenant).memberSignedIn(person);
  return signInCookie(settings, { ...person, signedInAtMs, signInId: toBase64url(randomBytes(16)) });
}
