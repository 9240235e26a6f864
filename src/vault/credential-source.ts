import type { Env } from '../env.ts';
import type { Connection } from './connection.ts';
import type { Credential, CredentialAnswer, CredentialQuestion, CredentialSource } from './credential.ts';

/** A secret of the Worker changes only with a deployment, so there is one version of it. */
const VERSION = 1;

/** Where the egress gets credentials from. */
export function credentialSourceOf(env: Env): CredentialSource {
  return { credentialFor: async question => workersSecret(env, question) };
}

/** The operator's credential, from the variable of Workers Secrets that the connection names. */
function workersSecret(env: Env, { connection, refusedVersion }: CredentialQuestion): CredentialAnswer {
  const text = connection.secret === null ? undefined : env[connection.secret];
  if (typeof text !== 'string' || text === '') return { kind: 'missing' };
  if (refusedVersion === VERSION) return { kind: 'dead' };
  return { kind: 'ready', credential: credentialOf(connection, text), version: VERSION };
}

/** Where it is for Basic authentication, `<user name>:<password>` (RFC 7617 section 2). */
function credentialOf({ placement }: Connection, text: string): Credential {
  const colon = text.indexOf(':');
  if (placement.in !== 'basic' || colon === -1) return { kind: 'secret', value: text };
  return { kind: 'basic', username: text.slice(0, colon), password: text.slice(colon + 1) };
}
