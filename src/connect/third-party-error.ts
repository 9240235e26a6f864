import { GatehouseError, reportFault } from '../errors.ts';
import { codeOf, oauthFault } from '../identity/oauth-fault.ts';
import type { Connection } from '../vault/connection.ts';

const NOTHING_STORED = 'Nothing was connected.';

/**
 * What went wrong at a third party, in words for the person who connects, and reported to the log by its kind.
 * @returns GatehouseError `connect_refused` for a refusal or an answer that fails a check, else `provider_failed`.
 */
export function thirdPartyError({ id, name }: Connection, error: unknown): GatehouseError {
  if (error instanceof GatehouseError) return error;
  reportFault('connect_failed', error, { connection: id, code: codeOf(error) });
  const fault = oauthFault(error);
  switch (fault.kind) {
    case 'refused':
      return refused(`${name} did not connect your account. It says: ${fault.reason}. ${NOTHING_STORED}`);
    case 'unconfirmed':
      return refused(`${name} did not confirm the connection (${fault.error}). ${NOTHING_STORED}`);
    case 'failed_check':
      return refused(`The answer of ${name} failed a check. ${NOTHING_STORED}`);
    case 'no_answer':
      return new GatehouseError(
        'provider_failed',
        `${name} cannot be reached right now. ${NOTHING_STORED} Try again in a while.`,
      );
  }
}

function refused(message: string): GatehouseError {
  return new GatehouseError('connect_refused', message);
}
