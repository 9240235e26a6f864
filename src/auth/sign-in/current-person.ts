import type { Deployment } from '../../deployment.ts';
import type { Env, Settings } from '../../env.ts';
import { reportFault } from '../../errors.ts';
import { userAccessOf } from '../../grants/user-access.ts';
import { providerOf } from '../../identity/claims.ts';
import type { Person } from '../../identity/person.ts';
import { identityProviders } from '../../identity/settings.ts';
import { developmentPerson } from './development-identities.ts';
import { type SignedInPerson, signedIn, signInProof } from './sign-in.ts';

/**
 * Who acts at this browser: the person its cookie names, whose account was asked whether their sign-in still counts. Null
 * where nobody is signed in, where their access was ended since, and where the account cannot be asked.
 */
export async function currentPerson(
  env: Env,
  { settings }: Deployment,
  request: Request,
): Promise<SignedInPerson | null> {
  const person = await signedIn(settings, request);
  if (!person || !isVouchedFor(env, settings, person)) return null;
  return (await isSignInGood(env, person)) ? person : null;
}

/** Whether whoever vouched for a person may still do so. */
function isVouchedFor(env: Env, settings: Settings, person: Person): boolean {
  return (
    providerOf(identityProviders(env), person) !== undefined ||
    developmentPerson(settings, person.subject) !== null
  );
}

async function isSignInGood(env: Env, person: SignedInPerson): Promise<boolean> {
  try {
    return await userAccessOf(env, person).isProofGood(signInProof(person));
  } catch (error) {
    reportFault('sign_in_not_checked', error);
    return false;
  }
}
