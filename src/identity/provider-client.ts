import {
  allowInsecureRequests,
  type ClientAuth,
  ClientSecretBasic,
  ClientSecretPost,
  Configuration,
  type CustomFetch,
  clockTolerance,
  customFetch,
  discovery,
  enableNonRepudiationChecks,
  getJwksCache,
  None,
  type ServerMetadata,
  setJwksCache,
} from 'openid-client';
import { operatorFetch } from '../network/outbound-fetch.ts';
import type { IdentityProvider } from './settings.ts';

const METADATA_TTL_MS = 3600 * 1000;
const TIMEOUT_SECONDS = 10;
const CLOCK_SKEW_SECONDS = 30;

/** The library looks for a new key only when the cached ones are older than this (its `KEY_SELECTION` rule). */
const KEY_COOLDOWN_SECONDS = 60;

/** Providers are the operator's choice; on a development machine they may be local. */
export const fetchAtProvider: CustomFetch = (url, options) => operatorFetch(url, options as RequestInit);

type KeyCache = NonNullable<ReturnType<typeof getJwksCache>>;

/** What an isolate remembers of a provider. Values only: the runtime lets no request wait for another's fetch. */
interface Known {
  readonly metadata: ServerMetadata;
  readonly untilMs: number;
  keys?: KeyCache;
}

const known = new WeakMap<IdentityProvider, Known>();

/**
 * A client of a provider, for one sign-in. Discovery is remembered for an hour, keys for some minutes.
 * @throws whatever `openid-client` throws when discovery fails.
 */
export async function clientOf(provider: IdentityProvider): Promise<Configuration> {
  const { metadata, keys } = await metadataOf(provider);
  const { clientId } = provider;
  const client = new Configuration(
    metadata,
    clientId,
    { [clockTolerance]: CLOCK_SKEW_SECONDS },
    authOf(provider),
  );
  client.timeout = TIMEOUT_SECONDS;
  client[customFetch] = fetchAtProvider;
  if (isHttp(provider)) allowInsecureRequests(client);
  // The library trusts TLS for the signature of ID tokens unless told to check it.
  enableNonRepudiationChecks(client);
  if (keys) setJwksCache(client, keys);
  return client;
}

/**
 * Remembers the keys that a client has fetched. They are made to look older by the cooldown, so that an ID token under
 * a key that is not among them makes the library fetch anew at once. Only the provider itself can send us such
 * tokens, so nobody else can make us fetch.
 */
export function rememberKeys(provider: IdentityProvider, client: Configuration): void {
  const about = known.get(provider);
  const fetched = getJwksCache(client);
  if (!about || !fetched || fetched.uat === about.keys?.uat) return;
  about.keys = { ...fetched, uat: fetched.uat - KEY_COOLDOWN_SECONDS };
}

async function metadataOf(provider: IdentityProvider): Promise<Known> {
  const remembered = known.get(provider);
  if (remembered && Date.now() < remembered.untilMs) return remembered;
  const { issuer, clientId } = provider;
  const execute = isHttp(provider) ? [allowInsecureRequests] : [];
  const found = await discovery(new URL(issuer), clientId, undefined, None(), {
    timeout: TIMEOUT_SECONDS,
    [customFetch]: fetchAtProvider,
    execute,
  });
  const about = { metadata: found.serverMetadata(), untilMs: Date.now() + METADATA_TTL_MS };
  known.set(provider, about);
  return about;
}

/** How we prove to be the client: in the header, which is the default of the standard, unless only the body is read. */
function authOf({ clientSecret }: IdentityProvider): ClientAuth {
  if (clientSecret === undefined) return None();
  return (server, ...more) => {
    const methods = server.token_endpoint_auth_methods_supported ?? ['client_secret_basic'];
    const auth = methods.includes('client_secret_basic') ? ClientSecretBasic : ClientSecretPost;
    auth(clientSecret)(server, ...more);
  };
}

/** Settings admit http only on loopback, in development. */
function isHttp({ issuer }: IdentityProvider): boolean {
  return new URL(issuer).protocol === 'http:';
}
