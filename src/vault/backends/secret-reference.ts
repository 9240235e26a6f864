import { GatehouseError } from '../../errors.ts';
import type { Connection } from '../connection.ts';

/** Where a connection's secret is in a backend outside of the gateway. */
export interface SecretReference {
  /** The connection that it is of. */
  readonly connection: string;
  /** The id of the backend. */
  readonly backend: string;
  readonly path: string;
  readonly field: string;
}

/** Whole segments, none of which leads elsewhere. */
const REFERENCE = /^(?<backend>[a-z0-9-]{1,32}):(?<path>[^/#?]+(?:\/[^/#?]+)*)#(?<field>[^#]+)$/;

/** Whether a secret is somewhere outside, rather than in a variable; no variable has a colon in its name. */
export function isReference(secret: string): boolean {
  return secret.includes(':');
}

/**
 * Reads `<backend>:<path>#<field>`, such as `bao:gatehouse/github#token`.
 * @throws GatehouseError `setting_invalid`.
 */
export function secretReference({ id, secret }: Pick<Connection, 'id' | 'secret'>): SecretReference {
  const { backend, path, field } = REFERENCE.exec(secret ?? '')?.groups ?? {};
  const isProper = path?.split('/').every(segment => segment !== '.' && segment !== '..');
  if (backend === undefined || path === undefined || field === undefined || !isProper) {
    throw new GatehouseError('setting_invalid', `"secret" of "${id}" must be "<backend>:<path>#<field>".`);
  }
  return { connection: id, backend, path, field };
}
