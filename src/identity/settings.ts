import * as z from 'zod';
import { type Env, isDevelopment, isLoopback, settingsOf } from '../env.ts';
import { GatehouseError } from '../errors.ts';
import type { Role } from '../principal.ts';

const ROLES = ['administrator', 'operator', 'auditor', 'member'] as const satisfies readonly Role[];

const claimName = z.string().min(1);

const providerSchema = z.strictObject({
  /** Part of each person's subject for good: with another id they are other people. */
  id: z.string().regex(/^[a-z0-9-]{1,32}$/, 'must be 1 to 32 lower-case letters, digits and hyphens'),
  /** What its button says. */
  name: z.string().min(1).max(64),
  /** The issuer identifier, where `/.well-known/openid-configuration` is below (OpenID Connect Discovery 1.0). */
  issuer: z.url(),
  clientId: z.string().min(1),
  /** The variable that holds the client's secret. A client without one is public and has PKCE only. */
  clientSecret: z.string().min(1).optional(),
  scopes: z.array(z.string().regex(/^\S+$/)).default(['openid', 'profile', 'email']),
  /** Sent along with the authorization request, where a provider wants more than a scope for a refresh token. */
  parameters: z.record(z.string(), z.string()).default({}),
  /** The tenant of all who come from here, or the claim that names it, as it is or by a map. */
  tenant: z.union([
    z.string().min(1),
    z.strictObject({ claim: claimName, map: z.record(z.string(), z.string().min(1)).optional() }),
  ]),
  /** The claim that lists groups, and the role that each group gives. */
  roles: z.strictObject({ claim: claimName, map: z.record(z.string(), z.enum(ROLES)) }).optional(),
  /** The role of those whom no group gives one. With null they have no access. */
  defaultRole: z.literal('member').nullable(),
});

/** An identity provider that people may sign in with, and what its claims mean here. */
export type IdentityProvider = Readonly<z.infer<typeof providerSchema>>;

/** What an authorization request is made of by us; of `scope` there is a setting. */
const OWN_PARAMETERS = [
  'client_id',
  'code_challenge',
  'code_challenge_method',
  'nonce',
  'redirect_uri',
  'request',
  'request_uri',
  'response_mode',
  'response_type',
  'scope',
  'state',
];

/** Issuers of Microsoft that stand for every organisation there is. */
const ANYBODY = /^https:\/\/login\.microsoftonline\.com\/(common|organizations|consumers)\b/i;

const checked = new WeakMap<object, readonly IdentityProvider[]>();

/**
 * The identity providers of `OIDC_PROVIDERS`, a JSON list, checked once per isolate and environment. `clientSecret`
 * holds the secret itself here, taken from the variable it named.
 * @throws GatehouseError `setting_invalid`, naming what is wrong but never a secret.
 */
export function identityProviders(env: Env): readonly IdentityProvider[] {
  const known = checked.get(env);
  if (known) return known;
  const allowsHttp = isDevelopment(settingsOf(env));
  const providers = parseList(env.OIDC_PROVIDERS).map(provider => {
    checkIssuer(provider, allowsHttp);
    checkAccess(provider);
    checkParameters(provider);
    return withSecret(provider, env);
  });
  checkIds(providers);
  checked.set(env, providers);
  return providers;
}

function parseList(text: unknown): readonly IdentityProvider[] {
  if (text === undefined || text === '') return [];
  let json: unknown;
  try {
    json = JSON.parse(String(text));
  } catch {
    throw wrong('it is not JSON');
  }
  const parsed = z.array(providerSchema).safeParse(json);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw wrong(`${issue?.path.join('.') || 'the list'}: ${issue?.message}`);
}

function checkIssuer({ id, issuer }: IdentityProvider, allowsHttp: boolean): void {
  const { protocol, hostname, search, hash } = new URL(issuer);
  const isAllowed = protocol === 'https:' || (protocol === 'http:' && allowsHttp && isLoopback(hostname));
  if (!isAllowed) throw wrong(`the issuer of "${id}" must use https`);
  if (search || hash) throw wrong(`the issuer of "${id}" must have no query and no fragment`);
  if (ANYBODY.test(issuer)) {
    throw wrong(`the issuer of "${id}" admits everybody at Microsoft; name your directory's id in it`);
  }
}

function checkAccess({ id, roles, defaultRole }: IdentityProvider): void {
  if (defaultRole !== null || Object.keys(roles?.map ?? {}).length > 0) return;
  throw wrong(`nobody can come in by "${id}": give it "roles" with a map, or "defaultRole": "member"`);
}

function checkParameters({ id, parameters }: IdentityProvider): void {
  const own = OWN_PARAMETERS.find(name => Object.hasOwn(parameters, name));
  if (own) throw wrong(`"parameters" of "${id}" must not have "${own}", which the gateway sets itself`);
}

function checkIds(providers: readonly IdentityProvider[]): void {
  const twice = providers.find(({ id }, index) => providers.findIndex(other => other.id === id) !== index);
  if (twice) throw wrong(`the id "${twice.id}" is used twice`);
}

function withSecret(provider: IdentityProvider, env: Env): IdentityProvider {
  const { id, clientSecret: variable } = provider;
  if (variable === undefined) return provider;
  const clientSecret = env[variable];
  if (typeof clientSecret === 'string' && clientSecret !== '') return { ...provider, clientSecret };
  // The name is not repeated: where somebody put the secret itself there, it would be told.
  throw wrong(
    `the variable that "clientSecret" of "${id}" names is not set; set it with \`wrangler secret put\``,
  );
}

function wrong(reason: string): GatehouseError {
  return new GatehouseError('setting_invalid', `The setting OIDC_PROVIDERS is wrong: ${reason}.`);
}
