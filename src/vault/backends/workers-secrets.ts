import type { Env } from '../../env.ts';
import { GatehouseError } from '../../errors.ts';
import { configuredCredential } from '../configured-credential.ts';
import type { CredentialSource } from '../credential.ts';

/** A secret of the deployment changes only with the deployment, so it has but one version. */
const VERSION = 1;

/** An operator's credentials in Workers Secrets: `secret` of the connection names the variable. They are only read. */
export function workersSecrets(env: Env): CredentialSource {
  return {
    async credentialFor({ connection, refusedVersion }) {
      const value = env[connection.secret ?? ''];
      if (value === undefined || value === '') return { kind: 'missing' };
      // Whatever else is bound under that name is no secret.
      if (typeof value !== 'string') throw notText(connection.id);
      if (refusedVersion !== undefined) return { kind: 'dead' };
      return { kind: 'ready', credential: configuredCredential(connection, value), version: VERSION };
    },
  };
}

function notText(id: string): GatehouseError {
  return new GatehouseError('setting_invalid', `The variable that "secret" of "${id}" names is no text.`);
}
