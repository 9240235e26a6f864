import {
  createLocalJWKSet,
  createRemoteJWKSet,
  customFetch,
  errors,
  type JSONWebKeySet,
  type JWKSCacheInput,
  type JWTVerifyGetKey,
  jwksCache,
} from 'jose';
import * as z from 'zod';
import { operatorFetch } from '../network/outbound-fetch.ts';
import { readBounded } from './bounded-body.ts';

/** Asymmetric signature algorithms (RFC 7518, RFC 8037). With a shared secret, whoever checks could also sign. */
export const ALGORITHMS = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
  'Ed25519',
] as const;

const MAX_KEYS_BYTES = 64 * 1024;
const TIMEOUT_MS = 5000;
/** How long keys are remembered. A key that its owner takes back is good for that much longer. */
const KEYS_TTL_MS = 5 * 60_000;
/** How soon an unknown key, or a failure, may make us look again: it bounds the fetches that made-up tokens cause. */
const KEYS_COOLDOWN_MS = 5000;

/** Members of a JWK that only its owner may have (RFC 7518 sections 6.2.2, 6.3.2 and 6.4.1). */
const PRIVATE_MEMBERS = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k'];

const publicKey = z
  .looseObject({ kty: z.enum(['RSA', 'EC', 'OKP']), kid: z.string().optional() })
  .refine(key => !PRIVATE_MEMBERS.some(member => Object.hasOwn(key, member)), 'must be a public key');

const keySet = z
  .strictObject({ keys: z.array(publicKey).min(1) })
  .transform(({ keys }): JSONWebKeySet => ({ keys: keys as JSONWebKeySet['keys'] }));

/** The members of a setting's entry that say where somebody's public keys are: in place, or at an address. */
export const keyMembers = { jwks: keySet.optional(), jwksUri: z.url().optional() };

const keySchema = z.object(keyMembers);

/** Where the public keys of somebody who signs are (RFC 7517): in place, or at an address. */
export type KeySource = Readonly<z.infer<typeof keySchema>>;

/** The keys could not be had, so nothing can be said of the token. */
export class KeysUnavailable extends Error {
  override readonly name = 'KeysUnavailable';
}

/** What an isolate remembers of an address. Values only: the runtime lets no request wait for another's fetch. */
interface Remembered {
  readonly cache: JWKSCacheInput;
  failedAtMs: number;
}

const remembered = new Map<string, Remembered>();

/** What `jose` says when the keys are there and none of them fits. */
const MISFITS: ReadonlySet<string> = new Set([
  errors.JWKSNoMatchingKey.code,
  errors.JWKSMultipleMatchingKeys.code,
  errors.JOSENotSupported.code,
]);

/** Finds the key that a token names. It throws {@link KeysUnavailable}, or what `jose` throws where none fits. */
export function keysOf(
  { jwks, jwksUri }: KeySource,
  fetcher: typeof operatorFetch = operatorFetch,
): JWTVerifyGetKey {
  if (jwksUri === undefined) return createLocalJWKSet(jwks ?? { keys: [] });
  const about = remembered.get(jwksUri) ?? { cache: {}, failedAtMs: 0 };
  remembered.set(jwksUri, about);
  const find = createRemoteJWKSet(new URL(jwksUri), {
    timeoutDuration: TIMEOUT_MS,
    cacheMaxAge: KEYS_TTL_MS,
    cooldownDuration: KEYS_COOLDOWN_MS,
    [jwksCache]: about.cache,
    [customFetch]: async (url, init) => {
      if (Date.now() < about.failedAtMs + KEYS_COOLDOWN_MS) throw new KeysUnavailable();
      return readBounded(await fetcher(url, init), MAX_KEYS_BYTES);
    },
  });
  return async (header, token) => {
    try {
      return await find(header, token);
    } catch (error) {
      if (error instanceof errors.JOSEError && MISFITS.has(error.code)) throw error;
      if (!(error instanceof KeysUnavailable)) about.failedAtMs = Date.now();
      throw new KeysUnavailable();
    }
  };
}
