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
import { knownClients } from '../clients/known-clients.ts';
import { JWT_BEARER } from '../grant-types.ts';

const issuerSchema = z.strictObject({
  /** `id` is that of an identity provider where the same people sign in, or one of its own. */
  ...vouchingMembers,
  ...keyMembers,
  algorithms: z.array(z.enum(ALGORITHMS)).min(1).default(['RS256', 'ES256']),
  /** The clients that it may let in, by their ids in `OAUTH_CLIENTS`. */
  clients: z.array(z.string().min(1)).min(1),
  /** The most that it may grant. */
  scopes: z.array(z.string().regex(/^\S+$/)).min(1),
});

/** An identity provider that lets clients in on behalf of its people (MCP, Enterprise-Managed Authorization). */
export type EnterpriseIssuer = Readonly<z.infer<typeof issuerSchema>>;

const SETTING = new ListSetting('ENTERPRISE_ISSUERS', issuerSchema);

/**
 * The issuers of `ENTERPRISE_ISSUERS`, a JSON list, checked once per isolate and environment.
 * @throws GatehouseError `setting_invalid`, naming what is wrong.
 */
export const enterpriseIssuers: (env: Env) => readonly EnterpriseIssuer[] = oncePerEnvironment(env => {
  const issuers = SETTING.read(env);
  for (const issuer of issuers) {
    SETTING.requireTls(env, issuer.id, 'issuer', issuer.issuer);
    checkIssuer(SETTING, issuer);
    checkAccess(SETTING, issuer);
    checkKeys(SETTING, env, issuer);
    checkClients(env, issuer);
  }
  SETTING.requireUniqueIds(issuers);
  checkUniqueIssuers(SETTING, issuers);
  checkSharedIds(SETTING, issuers, identityProviders(env));
  return issuers;
});

function checkClients(env: Env, { id, clients }: EnterpriseIssuer): void {
  const known = knownClients(env);
  const unknown = clients.find(client => !known.get(client)?.grants.includes(JWT_BEARER));
  if (unknown === undefined) return;
  throw SETTING.wrong(
    `"${id}" names the client "${unknown}", which OAUTH_CLIENTS does not have with the grant ${JWT_BEARER}`,
  );
}
