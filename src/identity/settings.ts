import * as z from 'zod';
import { type Env, oncePerEnvironment } from '../env.ts';
import { ListSetting } from './list-setting.ts';
import { checkAccess, checkIssuer, vouchingMembers } from './vouching.ts';

const providerSchema = z.strictObject({
  /** `name` is what the button says; below `issuer` is `/.well-known/openid-configuration` (OpenID Connect Discovery 1.0). */
  ...vouchingMembers,
  clientId: z.string().min(1),
  /** The variable that holds the client's secret. A client without one is public and has PKCE only. */
  clientSecret: z.string().min(1).optional(),
  scopes: z.array(z.string().regex(/^\S+$/)).default(['openid', 'profile', 'email']),
  /** Sent along with the authorization request, where a provider wants more than a scope for a refresh token. */
  parameters: z.record(z.string(), z.string()).default({}),
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

const SETTING = new ListSetting('OIDC_PROVIDERS', providerSchema);

/**
 * The identity providers of `OIDC_PROVIDERS`, a JSON list, checked once per isolate and environment. `clientSecret`
 * holds the secret itself here, taken from the variable it named.
 * @throws GatehouseError `setting_invalid`, naming what is wrong but never a secret.
 */
export const identityProviders: (env: Env) => readonly IdentityProvider[] = oncePerEnvironment(env => {
  const providers = SETTING.read(env).map(provider => {
    SETTING.requireTls(env, provider.id, 'issuer', provider.issuer);
    checkIssuer(SETTING, provider);
    checkAccess(SETTING, provider);
    checkParameters(provider);
    return withSecret(provider, env);
  });
  SETTING.requireUniqueIds(providers);
  return providers;
});

function checkParameters({ id, parameters }: IdentityProvider): void {
  const own = OWN_PARAMETERS.find(name => Object.hasOwn(parameters, name));
  if (own)
    throw SETTING.wrong(`"parameters" of "${id}" must not have "${own}", which the gateway sets itself`);
}

function withSecret(provider: IdentityProvider, env: Env): IdentityProvider {
  const { id, clientSecret } = provider;
  if (clientSecret === undefined) return provider;
  return { ...provider, clientSecret: SETTING.secret(env, id, 'clientSecret', clientSecret) };
}
