import type { Env } from '../../env.ts';
import { GatehouseError } from '../../errors.ts';
import { AUTHORIZATION_CODE } from '../grant-types.ts';
import { type KnownClient, knownClients } from './known-clients.ts';

/** What the library may take for granted of a known client, within one request. */
export interface ProvenClient {
  /** It has proved who it is, by a way that the library does not have. */
  readonly id: string;
  /** Where the code of an internal step is sent; else the client's own redirect URIs. */
  readonly redirectUris?: readonly string[];
}

const PREFIX = 'client:';

/**
 * A KV namespace that has the known clients beside the registered ones. They cannot be written or deleted through it.
 * One that has a secret or key is shown as a client whose secret is not there, which no request satisfies, until it is
 * `proven`; then it is shown as public, and the library asks no more.
 */
export function withKnownClients(env: Env, proven: ProvenClient | null): KVNamespace {
  const clients = knownClients(env);
  const kv = env.OAUTH_KV;
  if (clients.size === 0) return kv;
  const known = (key: string) => (key.startsWith(PREFIX) ? clients.get(key.slice(PREFIX.length)) : undefined);
  const overlay = {
    async get(key: string, options?: { type?: string }) {
      const client = known(key);
      if (!client) return kv.get(key, options as never);
      const record = recordOf(client, proven);
      return options?.type === 'json' ? record : JSON.stringify(record);
    },
    async put(key: string, value: string, options: KVNamespacePutOptions = {}) {
      refuseKnown(known(key));
      return kv.put(key, value, options);
    },
    async delete(key: string) {
      refuseKnown(known(key));
      return kv.delete(key);
    },
    list: (options: KVNamespaceListOptions = {}) => kv.list(options),
  };
  return overlay as unknown as KVNamespace;
}

/** A client as the library stores them (its repository's `storage-schema.md`). */
function recordOf(
  { id, name, auth, redirectUris, grants }: KnownClient,
  proven: ProvenClient | null,
): object {
  const own = proven?.id === id ? proven : null;
  const isInteractive = grants.includes(AUTHORIZATION_CODE) || own?.redirectUris !== undefined;
  return {
    clientId: id,
    clientName: name,
    redirectUris: own?.redirectUris ?? redirectUris,
    grantTypes: isInteractive ? [AUTHORIZATION_CODE, 'refresh_token'] : [],
    responseTypes: isInteractive ? ['code'] : [],
    tokenEndpointAuthMethod: own || auth === 'none' ? 'none' : 'client_secret_post',
  };
}

function refuseKnown(client: KnownClient | undefined): void {
  if (!client) return;
  throw new GatehouseError(
    'setting_invalid',
    `The client "${client.id}" is set up in OAUTH_CLIENTS and can only be changed there.`,
  );
}
