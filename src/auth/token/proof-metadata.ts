import type { Env } from '../../env.ts';
import { knownClients } from '../../grants/clients/known-clients.ts';
import { ID_JAG_PROFILE } from '../../grants/enterprise/id-jag.ts';
import { JWT_BEARER } from '../../grants/grant-types.ts';
import { ALGORITHMS } from '../../identity/key-source.ts';
import { proofGrantTypes } from './proof-grants.ts';

/** The members of authorization server metadata (RFC 8414 section 2) that proofs have a part in. */
const MEMBERS = {
  grants: 'grant_types_supported',
  profiles: 'authorization_grant_profiles_supported',
  methods: 'token_endpoint_auth_methods_supported',
  algorithms: 'token_endpoint_auth_signing_alg_values_supported',
} as const;

/** Adds to the library's metadata what the settings admit beside it, and nothing that they do not. */
export function withProofGrants(env: Env, document: object): object {
  const grants = proofGrantTypes(env);
  const auths = [...knownClients(env).values()].map(({ auth }) => auth);
  const signs = auths.some(auth => auth !== 'none' && !('secret' in auth));
  const additions = {
    [MEMBERS.grants]: grants,
    [MEMBERS.profiles]: grants.includes(JWT_BEARER) ? [ID_JAG_PROFILE] : [],
    [MEMBERS.methods]: signs ? ['private_key_jwt'] : [],
    [MEMBERS.algorithms]: signs ? ALGORITHMS : [],
  };
  const known: Readonly<Record<string, unknown>> = { ...document };
  const extended = Object.entries(additions).flatMap(([member, values]) =>
    values.length === 0 ? [] : [[member, union(known[member], values)]],
  );
  return { ...document, ...Object.fromEntries(extended) };
}

function union(listed: unknown, values: readonly string[]): string[] {
  return [...new Set([...(Array.isArray(listed) ? listed : []), ...values])];
}
