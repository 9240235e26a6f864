import * as z from 'zod';
import { type Env, oncePerEnvironment } from '../../env.ts';
import { ListSetting } from '../../identity/list-setting.ts';

const variable = z.string().min(1);

const backendSchema = z.strictObject({
  /** What connections name it by, before the colon of their `secret`. */
  id: z.string().regex(/^[a-z0-9-]{1,32}$/, 'must be 1 to 32 lower-case letters, digits and hyphens'),
  kind: z.literal('hashicorp-vault'),
  /** Of the cluster, such as `https://vault.example.com:8200`. */
  address: z.url(),
  /** Where the KV v2 engine is mounted. */
  mount: z.string().min(1).default('secret'),
  /** Sent as `X-Vault-Namespace`. */
  namespace: z.string().min(1).optional(),
  /** The variable that holds a token. */
  token: variable.optional(),
  /** Signing in by AppRole; `secretId` is the variable that holds it. */
  appRole: z
    .strictObject({
      mount: z.string().min(1).default('approle'),
      roleId: z.string().min(1),
      secretId: variable,
    })
    .optional(),
  /** How long what was read is used again. */
  cacheSeconds: z.number().int().min(0).max(3600).default(60),
  timeoutMs: z.number().int().min(1).max(60_000).default(5000),
});

/** A place outside of the gateway where an operator keeps credentials. Its members hold the secrets themselves. */
export type BackendSettings = Readonly<z.infer<typeof backendSchema>>;

const SETTING = new ListSetting('CREDENTIAL_BACKENDS', backendSchema);

/**
 * The backends of `CREDENTIAL_BACKENDS`, a JSON list, checked once per isolate and environment.
 * @throws GatehouseError `setting_invalid`, naming what is wrong but never a secret.
 */
export const credentialBackends: (env: Env) => readonly BackendSettings[] = oncePerEnvironment(env => {
  const backends = SETTING.read(env).map(backend => {
    SETTING.requireTls(env, backend.id, 'address', backend.address);
    if ((backend.token === undefined) === (backend.appRole === undefined)) {
      throw SETTING.wrong(`"${backend.id}" needs either "token" or "appRole"`);
    }
    return withSecrets(env, backend);
  });
  SETTING.requireUniqueIds(backends);
  return backends;
});

function withSecrets(env: Env, backend: BackendSettings): BackendSettings {
  const { id, token, appRole } = backend;
  if (token !== undefined) return { ...backend, token: SETTING.secret(env, id, 'token', token) };
  if (appRole === undefined) return backend;
  const secretId = SETTING.secret(env, id, 'appRole.secretId', appRole.secretId);
  return { ...backend, appRole: { ...appRole, secretId } };
}
