import type { Role } from '../principal.ts';
import type { Connection } from './connection.ts';

/** Who may set and end a credential that is not one person's own. */
const KEEPERS: readonly Role[] = ['administrator', 'operator'];

/** Who keeps the credential of a connection. */
export type KeepingRight =
  /** This person may set and end it. */
  | 'may-keep'
  /** It is the organisation's, and others keep it. */
  | 'others-keep'
  /** It comes from a variable of the deployment; nobody can change it here. */
  | 'deployed';

/** What a person with some roles may do about the credential of a connection. */
export function keepingRight({ owner, secret }: Connection, roles: readonly Role[]): KeepingRight {
  if (secret !== null) return 'deployed';
  if (owner === 'user' || roles.some(role => KEEPERS.includes(role))) return 'may-keep';
  return 'others-keep';
}
