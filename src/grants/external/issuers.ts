import * as z from 'zod';
import { type Env, oncePerEnvironment } from '../../env.ts';
import { checkKeys } from '../../identity/issuer-keys.ts';
import { ALGORITHMS, keyMembers } from '../../identity/key-source.ts';
import { ListSetting } from '../../identity/list-setting.ts';
import { identityProviders } from '../../identity/settings.ts';
import {
  checkAccess,
  checkIssuer,
  checkSharedIds,
  checkUniqueIssuers,
  vouchingMembers,
} from '../../identity/vouching.ts';
import { enterpriseIssuers } from '../enterprise/issuers.ts';

const issuerSchema = z.strictObject({
  /** `id` is that of an identity provider where the same people sign in, or one of its own. */
  ...vouchingMembers,
  ...keyMembers,
  algorithms: z.array(z.enum(ALGORITHMS)).min(1).default(['RS256', 'ES256']),
  /** The `typ` of its access tokens. `JWT` is for issuers that do not send the standard's, and takes none at all too. */
  type: z.enum(['at+jwt', 'JWT']).default('at+jwt'),
});

/** An authorization server of somebody else, whose access tokens are good here. */
export type ExternalIssuer = Readonly<z.infer<typeof issuerSchema>>;

const SETTING = new ListSetting('EXTERNAL_TOKEN_ISSUERS', issuerSchema);

/**
 * The issuers of `EXTERNAL_TOKEN_ISSUERS`, a JSON list, checked once per isolate and environment. Without the setting no
 * token but our own is taken.
 * @throws GatehouseError `setting_invalid`, naming what is wrong.
 */
export const externalIssuers: (env: Env) => readonly ExternalIssuer[] = oncePerEnvironment(env => {
  const issuers = SETTING.read(env);
  for (const issuer of issuers) {
    SETTING.requireTls(env, issuer.id, 'issuer', issuer.issuer);
    checkIssuer(SETTING, issuer);
    checkAccess(SETTING, issuer);
    checkKeys(SETTING, env, issuer);
  }
  SETTING.requireUniqueIds(issuers);
  checkUniqueIssuers(SETTING, issuers);
  checkSharedIds(SETTING, issuers, [...identityProviders(env), ...enterpriseIssuers(env)]);
  return issuers;
});
