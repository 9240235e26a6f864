import type { Env } from '../../env.ts';
import { GatehouseError } from '../../errors.ts';
import { configuredCredential } from '../configured-credential.ts';
import type { Connection } from '../connection.ts';
import type { CredentialAnswer, CredentialSource } from '../credential.ts';
import { type KvSecret, KvV2Client } from './kv-v2-client.ts';
import { type SecretReference, secretReference } from './secret-reference.ts';
import { type BackendSettings, credentialBackends } from './settings.ts';

/**
 * How long what was read is not read again because a third party refuses it: a tool that provokes refusals must not be able
 * to make us ask without end.
 */
const REFUSED_AGAIN_MS = 1000;

interface Remembered {
  readonly secret: KvSecret;
  readonly readAtMs: number;
}

interface OpenBackend {
  readonly settings: BackendSettings;
  readonly client: KvV2Client;
  /** By path. Values only: the runtime lets no request wait for another's fetch. */
  readonly remembered: Map<string, Remembered>;
}

const opened = new WeakMap<BackendSettings, OpenBackend>();

/**
 * An operator's credentials in HashiCorp Vault or OpenBao, in a KV v2 engine: `secret` of the connection is
 * `<backend>:<path>#<field>`. They are only read, and their version is the one that the engine gives them.
 */
export function hashicorpVault(env: Env): CredentialSource {
  return {
    async credentialFor({ connection, refusedVersion }) {
      const reference = secretReference(connection);
      const backend = backendOf(env, reference);
      const known = remembered(backend, reference.path, refusedVersion);
      const secret = known ?? (await readAndRemember(backend, reference.path));
      return answerFrom(connection, reference, secret, refusedVersion);
    },
  };
}

function answerFrom(
  connection: Connection,
  { field }: SecretReference,
  secret: KvSecret | null,
  refusedVersion: number | undefined,
): CredentialAnswer {
  const value = secret?.data[field];
  if (secret === null || value === undefined || value === '') return { kind: 'missing' };
  if (refusedVersion !== undefined && secret.version <= refusedVersion) return { kind: 'dead' };
  if (typeof value !== 'string') {
    throw new GatehouseError(
      'setting_invalid',
      `The field that "secret" of "${connection.id}" names is no text.`,
    );
  }
  return { kind: 'ready', credential: configuredCredential(connection, value), version: secret.version };
}

function backendOf(env: Env, { backend, connection }: SecretReference): OpenBackend {
  const settings = credentialBackends(env).find(({ id }) => id === backend);
  if (!settings) {
    const message = `"secret" of "${connection}" names a backend that CREDENTIAL_BACKENDS does not have.`;
    throw new GatehouseError('setting_invalid', message);
  }
  const known = opened.get(settings);
  if (known) return known;
  const fresh = { settings, client: new KvV2Client(settings), remembered: new Map<string, Remembered>() };
  opened.set(settings, fresh);
  return fresh;
}

/** What was refused may have been replaced since it was read. */
function remembered({ settings, remembered }: OpenBackend, path: string, refusedVersion?: number) {
  const known = remembered.get(path);
  if (!known) return null;
  const isRefused = refusedVersion !== undefined && known.secret.version <= refusedVersion;
  const usedForMs = isRefused ? REFUSED_AGAIN_MS : settings.cacheSeconds * 1000;
  return Date.now() < known.readAtMs + usedForMs ? known.secret : null;
}

async function readAndRemember({ client, remembered }: OpenBackend, path: string): Promise<KvSecret | null> {
  const secret = await client.read(path);
  if (secret) remembered.set(path, { secret, readAtMs: Date.now() });
  else remembered.delete(path);
  return secret;
}
