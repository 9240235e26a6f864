import * as z from 'zod';
import { type Env, isLoopback, oncePerEnvironment } from '../../env.ts';
import { groupNames } from '../../identity/groups.ts';
import { keyMembers } from '../../identity/key-source.ts';
import { ListSetting } from '../../identity/list-setting.ts';
import { CLIENT_SUBJECTS } from '../../identity/vouching.ts';
import { ROLES } from '../../principal.ts';
import { AUTHORIZATION_CODE, CLIENT_CREDENTIALS, JWT_BEARER } from '../grant-types.ts';
import { ADMIN_SCOPE, mayAdminister } from '../scopes.ts';
import type { UserName } from '../user-id.ts';

const MIN_SECRET_CHARACTERS = 16;

/** What the library makes ids of clients that register themselves of. */
const REGISTERED_ID = /^[A-Za-z0-9_-]{16}$/;

const authSchema = z.union([
  z.literal('none'),
  /** The variable that holds the secret. */
  z.strictObject({ secret: z.string().min(1) }),
  /** `private_key_jwt` (RFC 7523 section 2.2), by keys in place or at an address. */
  z.strictObject({ jwks: keyMembers.jwks.unwrap() }),
  z.strictObject({ jwksUri: keyMembers.jwksUri.unwrap() }),
]);

const clientSchema = z.strictObject({
  id: z.string().regex(/^[A-Za-z0-9._~-]{1,64}$/, 'must be 1 to 64 letters, digits and . _ ~ -'),
  /** What consent pages and lists call it. */
  name: z.string().min(1).max(64),
  redirectUris: z.array(z.url()).default([]),
  auth: authSchema,
  grants: z.array(z.enum([AUTHORIZATION_CODE, CLIENT_CREDENTIALS, JWT_BEARER])).min(1),
  /** Of a client that acts for itself: whose it is, what it may do in the gateway, and the most that it may ask for. */
  tenant: z.string().min(1).optional(),
  roles: z.array(z.enum(ROLES)).min(1).optional(),
  /** Also of a client that acts for itself: what policies take it to be in. */
  groups: groupNames.optional(),
  scopes: z
    .array(z.string().regex(/^[a-z0-9_:.-]+$/i))
    .min(1)
    .optional(),
});

/** A client that was set up by whoever runs the gateway, instead of registering itself. */
export type KnownClient = Readonly<z.infer<typeof clientSchema>>;

const SETTING = new ListSetting('OAUTH_CLIENTS', clientSchema);

/**
 * The clients of `OAUTH_CLIENTS`, a JSON list, by id; checked once per isolate and environment. `auth.secret` holds the
 * secret itself here, taken from the variable it named.
 * @throws GatehouseError `setting_invalid`, naming what is wrong but never a secret.
 */
export const knownClients: (env: Env) => ReadonlyMap<string, KnownClient> = oncePerEnvironment(env => {
  const clients = SETTING.read(env).map(client => {
    checkId(client);
    checkInteractive(env, client);
    checkMachine(client);
    return withSecret(env, client);
  });
  SETTING.requireUniqueIds(clients);
  const byId = new Map(clients.map(client => [client.id, client]));
  return byId;
});

/** The user that a client is where it acts for itself, and whose account keeps what it has used up. */
export function clientOwner({ id, tenant = '' }: KnownClient): UserName {
  return { tenant, subject: `${CLIENT_SUBJECTS}|${id}` };
}

function checkId({ id }: KnownClient): void {
  if (!REGISTERED_ID.test(id)) return;
  throw SETTING.wrong(
    `the id "${id}" has the form of ids that clients get when they register themselves (16 letters, digits, _ and -); make it longer or shorter`,
  );
}

function checkInteractive(env: Env, { id, grants, redirectUris }: KnownClient): void {
  const isInteractive = grants.includes(AUTHORIZATION_CODE);
  if (isInteractive && redirectUris.length === 0) {
    throw SETTING.wrong(`"${id}" has the grant ${AUTHORIZATION_CODE}, so it needs "redirectUris"`);
  }
  if (!isInteractive && redirectUris.length > 0) {
    throw SETTING.wrong(`"${id}" has "redirectUris", which are for the grant ${AUTHORIZATION_CODE}`);
  }
  for (const uri of redirectUris) {
    // Native clients are called back on loopback by http, in production too (RFC 8252 section 7.3).
    if (!isLoopbackHttp(uri)) SETTING.requireTls(env, id, 'redirect URI', uri);
  }
}

function checkMachine({ id, auth, grants, tenant, roles, groups, scopes }: KnownClient): void {
  const confidential = grants.find(grant => grant !== AUTHORIZATION_CODE);
  if (confidential && auth === 'none') {
    throw SETTING.wrong(`"${id}" has the grant ${confidential}, so its "auth" must not be "none"`);
  }
  const members = { tenant, roles, scopes };
  const isMachine = grants.includes(CLIENT_CREDENTIALS);
  for (const [member, value] of Object.entries(members)) {
    if (isMachine === (value !== undefined)) continue;
    const problem = isMachine
      ? `"${id}" has the grant ${CLIENT_CREDENTIALS}, so it needs "${member}"`
      : `"${id}" has "${member}", which is for the grant ${CLIENT_CREDENTIALS}`;
    throw SETTING.wrong(problem);
  }
  if (!isMachine && groups) {
    throw SETTING.wrong(`"${id}" has "groups", which is for the grant ${CLIENT_CREDENTIALS}`);
  }
  if (scopes?.includes(ADMIN_SCOPE) && !mayAdminister(roles ?? [])) {
    throw SETTING.wrong(`"${id}" has the scope "${ADMIN_SCOPE}", but no role that may administer anything`);
  }
}

function withSecret(env: Env, client: KnownClient): KnownClient {
  const { id, auth } = client;
  if (auth === 'none' || 'jwks' in auth) return client;
  if ('jwksUri' in auth) {
    SETTING.requireTls(env, id, 'jwksUri', auth.jwksUri);
    return client;
  }
  const secret = SETTING.secret(env, id, 'auth.secret', auth.secret);
  if (secret.length >= MIN_SECRET_CHARACTERS) return { ...client, auth: { secret } };
  throw SETTING.wrong(`the secret of "${id}" must have at least ${MIN_SECRET_CHARACTERS} characters`);
}

function isLoopbackHttp(uri: string): boolean {
  const { protocol, hostname } = new URL(uri);
  return protocol === 'http:' && isLoopback(hostname);
}
