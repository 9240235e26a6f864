import { GatehouseError } from '../errors.ts';
import type { Connection } from './connection.ts';
import type { Credential } from './credential.ts';

/**
 * The credential that an operator's secret is: `username:password` (RFC 7617 section 2) where it is placed as that, else
 * the text as it is.
 * @throws GatehouseError `setting_invalid` where a password is wanted and there is no colon.
 */
export function configuredCredential({ id, placement }: Connection, secret: string): Credential {
  if (placement.in !== 'basic') return { kind: 'secret', value: secret };
  const colon = secret.indexOf(':');
  if (colon === -1) {
    throw new GatehouseError('setting_invalid', `The secret of "${id}" must be "username:password".`);
  }
  return { kind: 'basic', username: secret.slice(0, colon), password: secret.slice(colon + 1) };
}
