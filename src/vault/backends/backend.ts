import type { Env } from '../../env.ts';
import type { Connection } from '../connection.ts';
import type { CredentialSource } from '../credential.ts';
import { hashicorpVault } from './hashicorp-vault.ts';
import { recordBackend } from './records.ts';
import { isReference } from './secret-reference.ts';
import { workersSecrets } from './workers-secrets.ts';

/** Every kind of place where credentials are kept. A new one is a file beside this one and a line here. */
const BACKENDS = {
  records: recordBackend,
  'workers-secrets': workersSecrets,
  'hashicorp-vault': hashicorpVault,
} as const satisfies Readonly<Record<string, (env: Env) => CredentialSource>>;

/** The name of a kind of backend. */
export type BackendKind = keyof typeof BACKENDS;

/** Where the credential of a connection is: an operator's is where `secret` says, all others are records. */
export function backendKind({ secret }: Pick<Connection, 'secret'>): BackendKind {
  if (secret === null) return 'records';
  return isReference(secret) ? 'hashicorp-vault' : 'workers-secrets';
}

/** The backend that keeps the credential of a connection. */
export function backendFor(env: Env, connection: Connection): CredentialSource {
  return BACKENDS[backendKind(connection)](env);
}
