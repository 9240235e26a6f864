import { GatehouseError } from '../../errors.ts';
import type { Connection } from '../connection.ts';
import { MAX_REDIRECTS } from './redirect.ts';

/** A third party sends a request to where it may not go. Where that is, only the third party has said. */
export function redirectRefused({ id }: Connection, why: string): GatehouseError {
  return new GatehouseError('egress_refused', `The third party of the connection "${id}" redirects ${why}.`, {
    reason: 'redirect',
    connection: id,
  });
}

/** A third party redirects without end. */
export function tooManyRedirects({ id }: Connection): GatehouseError {
  return new GatehouseError(
    'egress_failed',
    `The third party of the connection "${id}" redirects more than ${MAX_REDIRECTS} times.`,
    { connection: id },
  );
}

/** A third party was not reached. */
export function unreachable({ id }: Connection): GatehouseError {
  return new GatehouseError('egress_failed', `The third party of the connection "${id}" cannot be reached.`, {
    connection: id,
  });
}

/** A credential that is there cannot be used now. */
export function unavailable({ id }: Connection): GatehouseError {
  return new GatehouseError(
    'credential_unavailable',
    `The credential of the connection "${id}" cannot be had right now. Nothing was sent; try again later.`,
    { connection: id },
  );
}

/** What is wrong with a connection. */
const WANTED = {
  connection_missing: 'is not connected yet',
  connection_dead: 'has to be connected again',
  connection_insufficient: 'has to be connected with more rights',
} as const;

/** There is no credential, or none that is good, or good for enough. */
export function wanted({ id, name, secret }: Connection, code: keyof typeof WANTED): GatehouseError {
  const who = secret === null ? '' : ' Its credential is one that the operator of this gateway sets.';
  return new GatehouseError(code, `${name} ${WANTED[code]}.${who}`, { connection: id });
}
