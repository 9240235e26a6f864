import { databaseOf } from './catalog/database.fake.ts';
import { keyRingText } from './crypto/key-ring.fake.ts';
import { type Env, type Settings, settingsOf } from './env.ts';

/** An environment whose bindings are there but do nothing, with the given variables. */
export function fakeEnv(variables: Record<string, unknown> = {}): Env {
  const objects = {
    MCP_SESSION: {},
    ACCOUNT: {},
    TENANT: {},
    REGISTRATION_QUOTA: {},
    METRICS: {},
    QUOTA: {},
  };
  const bindings = { ...objects, OAUTH_KV: {}, VAULT_KV: {}, DB: databaseOf([]), LOADER: {} };
  return { ...bindings, KEY_RING: keyRingText('k1'), GATEHOUSE_ENV: 'production', ...variables } as Env;
}

/** The settings of an environment with the given variables. */
export function fakeSettings(variables: Record<string, unknown> = {}): Settings {
  return settingsOf(fakeEnv(variables));
}
