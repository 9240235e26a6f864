import { type Env, oncePerEnvironment } from '../env.ts';
import { ListSetting } from '../identity/list-setting.ts';
import { isReference, secretReference } from './backends/secret-reference.ts';
import type { Connection, ConnectionOAuth, Placement } from './connection.ts';
import { type ConnectionPreset, presetOf } from './connection-presets.ts';
import { type ConnectionEntry, connectionSchema } from './connection-schema.ts';

const SETTING = new ListSetting('CONNECTIONS', connectionSchema);

/** Where a credential goes unless an entry or its preset says otherwise. */
const DEFAULT_PLACEMENT: Placement = { in: 'bearer' };

/**
 * All connections of `CONNECTIONS`, a JSON list, checked once per isolate and environment. `clientSecret` holds the secret
 * itself here; `secret` stays the name of its variable.
 * @throws GatehouseError `setting_invalid`, naming the entry and the member that are wrong but never a secret.
 */
export const connectionsOf: (env: Env) => readonly Connection[] = oncePerEnvironment(env => {
  const connections = SETTING.read(env).map(entry => connectionFrom(env, entry));
  SETTING.requireUniqueIds(connections);
  return connections;
});

/** Those of {@link connectionsOf} that an organisation has. To it, the others do not exist. */
export function tenantConnectionsOf(env: Env, tenant: string): readonly Connection[] {
  return connectionsOf(env).filter(({ tenants }) => tenants === null || tenants.includes(tenant));
}

function connectionFrom(env: Env, entry: ConnectionEntry): Connection {
  const { id, name, owner, methods, paths } = entry;
  const preset = presetOf(entry.preset);
  const connection = {
    id,
    name,
    owner,
    tenants: entry.tenants ?? null,
    origins: originsOf(env, entry, preset),
    methods,
    paths,
    placement: entry.placement ?? preset.placement ?? DEFAULT_PLACEMENT,
    oauth: oauthOf(env, entry, preset),
    secret: entry.secret ?? null,
  };
  checkKind(env, connection);
  return connection;
}

function originsOf(env: Env, { id, origins }: ConnectionEntry, preset: Partial<ConnectionPreset>) {
  const all = origins ?? preset.origins;
  if (!all) throw SETTING.wrong(`"origins" of "${id}" is missing; name where its credential may be sent`);
  for (const origin of all) SETTING.requireTls(env, id, 'origins', origin);
  return [...new Set(all)];
}

/** A credential has one source, and a place in requests that fits what it is. */
function checkKind(env: Env, { id, owner, oauth, secret, placement }: Connection): void {
  if (oauth && secret !== null)
    throw SETTING.wrong(`"${id}" has both "oauth" and "secret"; a credential has one source`);
  if (oauth && placement.in === 'basic')
    throw SETTING.wrong(`"placement" of "${id}" is "basic", which takes no OAuth token; use "bearer"`);
  if (secret === null) return;
  if (owner === 'user')
    throw SETTING.wrong(
      `"secret" of "${id}" is one credential for all, so its "owner" must be "tenant" or "server"`,
    );
  if (isReference(secret)) secretReference({ id, secret });
  else SETTING.secret(env, id, 'secret', secret);
}

function oauthOf(
  env: Env,
  { id, oauth }: ConnectionEntry,
  preset: Partial<ConnectionPreset>,
): ConnectionOAuth | null {
  if (!oauth) return null;
  const places = placesOf(env, id, isPlaced(oauth) ? oauth : (preset.oauth ?? {}));
  const { clientId, clientSecret, scopes, parameters } = oauth;
  return {
    ...places,
    clientId,
    clientSecret:
      clientSecret === undefined ? null : SETTING.secret(env, id, 'oauth.clientSecret', clientSecret),
    scopes,
    parameters: { ...preset.oauth?.parameters, ...parameters },
    resource: null,
    facts: null,
  };
}

interface Places {
  readonly issuer?: string | undefined;
  readonly authorizationUrl?: string | undefined;
  readonly tokenUrl?: string | undefined;
}

/** An entry that says where its server is does not mean the preset's, not even in part. */
function isPlaced({ issuer, authorizationUrl, tokenUrl }: Places): boolean {
  return (issuer ?? authorizationUrl ?? tokenUrl) !== undefined;
}

function placesOf(env: Env, id: string, { issuer, authorizationUrl, tokenUrl }: Places) {
  const places = {
    issuer: issuer ?? null,
    authorizationUrl: authorizationUrl ?? null,
    tokenUrl: tokenUrl ?? null,
  };
  for (const [member, address] of Object.entries(places)) {
    if (address !== null) SETTING.requireTls(env, id, `oauth.${member}`, address);
  }
  const isHalf = (places.authorizationUrl === null) !== (places.tokenUrl === null);
  if (isHalf || (places.issuer === null && places.tokenUrl === null)) {
    throw SETTING.wrong(`"oauth" of "${id}" needs "issuer", or both "authorizationUrl" and "tokenUrl"`);
  }
  return places;
}
