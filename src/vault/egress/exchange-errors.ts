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

/** There is no credential, or none that is good. */
export function wanted(
  { id, name, secret }: Connection,
  code: 'connection_missing' | 'connection_dead',
): GatehouseError {
  const words = code === 'connection_missing' ? 'is not connected yet' : 'has to be connected again';
  const who = secret === null ? '' : ' Its credential is one that the operator of this gateway sets.';
  return new GatehouseError(code, `${name} ${words}.${who}`, { connection: id });
}
