import type { Deployment } from '../../deployment.ts';
import type { Env } from '../../env.ts';
import { reportFault } from '../../errors.ts';
import { userAccessOf } from '../../grants/user-access.ts';
import type { Person } from '../../identity/person.ts';
import { type SignedInPerson, signedIn } from './sign-in.ts';

/**
 * Who acts at this browser: the person its cookie names, whose account was asked whether their sign-in still counts. Null
 * where nobody is signed in, where their access was ended since, and where the account cannot be asked.
 */
export async function currentPerson(
  env: Env,
  { settings }: Deployment,
  request: Request,
): Promise<Person | null> {
  const person = await signedIn(settings, request);
  return person && (await isSignInGood(env, person)) ? person : null;
}

async function isSignInGood(env: Env, person: SignedInPerson): Promise<boolean> {
  try {
    return await userAccessOf(env, person).isProofGood(person.signedInAtMs);
  } catch (error) {
    reportFault('sign_in_not_checked', error);
    return false;
  }
}
