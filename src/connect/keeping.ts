import { GatehouseError } from '../errors.ts';
import type { Role } from '../principal.ts';
import type { Connection } from '../vault/connection.ts';
import { keepingRight } from '../vault/keeping-rights.ts';

/** @throws GatehouseError `connect_refused` for somebody who may not keep the credential of this connection. */
export function requireKeeping(connection: Connection, roles: readonly Role[]): void {
  if (keepingRight(connection, roles) === 'may-keep') return;
  throw new GatehouseError(
    'connect_refused',
    'This connection is not yours to change. An operator or administrator of your organisation may, unless it comes from the settings of this gateway.',
  );
}
