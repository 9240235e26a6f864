import type { Env } from '../env.ts';
import type { UserName } from '../grants/user-id.ts';
import { backendFor } from './backends/backend.ts';
import type { Connection } from './connection.ts';
import type { ConnectionStatus, CredentialAnswer, CredentialKeeper, CredentialSource } from './credential.ts';
import { credentialLedgerOf } from './credential-ledger.ts';
import { credentialOwner } from './credential-owner.ts';

/** Where the egress gets credentials from, whatever backend keeps them. */
export function credentialSourceOf(env: Env): CredentialSource {
  return { credentialFor: question => backendFor(env, question.connection).credentialFor(question) };
}

/**
 * Where credentials are put that people connect or enter. One that an operator has configured can only be looked at.
 * Whether somebody may act for the organisation or for a server is for the caller to know.
 */
export function credentialKeeperOf(env: Env): CredentialKeeper {
  return {
    async keepCredential(user, connection, credential, server = null) {
      const { owner, ledger } = kept(env, user, connection, server);
      await ledger.keepCredential(owner, connection, credential);
    },
    async dropCredential(user, connection, server = null) {
      const { owner, ledger } = kept(env, user, connection, server);
      return ledger.dropCredential(owner, connection);
    },
    async connectionStatus(user, connection, server = null) {
      if (connection.secret !== null) return configuredStatus(env, user, connection, server);
      const { owner, ledger } = kept(env, user, connection, server);
      return ledger.credentialStatus(owner, connection);
    },
  };
}

/** @throws where the credential is not kept here. */
function kept(env: Env, user: UserName, connection: Connection, server: string | null) {
  if (connection.secret !== null) {
    throw new Error(`the credential of "${connection.id}" is configured by the operator, and not kept here`);
  }
  const owner = credentialOwner({ owner: connection.owner, user, server });
  return { owner, ledger: credentialLedgerOf(env, owner) };
}

const STATES = { ready: 'connected', missing: 'missing', dead: 'dead' } as const satisfies Record<
  CredentialAnswer['kind'],
  ConnectionStatus['state']
>;

async function configuredStatus(
  env: Env,
  user: UserName,
  connection: Connection,
  server: string | null,
): Promise<ConnectionStatus> {
  const question = { user, server: server ?? '', connection };
  const { kind } = await credentialSourceOf(env).credentialFor(question);
  return { state: STATES[kind], connectedAtMs: null, expiresAtMs: null };
}
