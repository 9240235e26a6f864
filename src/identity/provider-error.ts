import { GatehouseError, reportFault } from '../errors.ts';
import { codeOf, oauthFault } from './oauth-fault.ts';
import type { IdentityProvider } from './settings.ts';

/**
 * What went wrong at a provider, in words for the person, and reported to the log by its kind.
 * @returns GatehouseError `sign_in_refused` for a refusal or an answer that fails a check, else `provider_failed`.
 */
export function providerError({ id, name }: IdentityProvider, error: unknown): GatehouseError {
  if (error instanceof GatehouseError) return error;
  reportFault('sign_in_failed', error, { provider: id, code: codeOf(error) });
  const fault = oauthFault(error);
  switch (fault.kind) {
    case 'refused':
      return refused(`${name} did not sign you in. It says: ${fault.reason}`);
    case 'unconfirmed':
      return refused(`${name} did not confirm the sign-in (${fault.error}). Start again from your app.`);
    case 'failed_check':
      return refused(
        `The answer of ${name} failed a check, so you are not signed in. Start again from your app.`,
      );
    case 'no_answer':
      return new GatehouseError(
        'provider_failed',
        `${name} cannot be reached right now. Try again in a while.`,
      );
  }
}

function refused(message: string): GatehouseError {
  return new GatehouseError('sign_in_refused', message);
}
