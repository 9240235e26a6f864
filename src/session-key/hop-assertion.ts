import { EncryptJWT, jwtDecrypt } from 'jose';
import { fromBase64url, toBase64url } from '../crypto/bytes.ts';
import type { KeyRing } from '../crypto/key-ring.ts';
import { GatehouseError } from '../errors.ts';
import type { Principal } from '../principal.ts';
import type { SessionHandle } from './internal-bearer.ts';

/** Carries the assertion from the edge to a session's Durable Object. The edge always overwrites it. */
export const HOP_HEADER = 'gatehouse-hop';

const AUDIENCE = 'gatehouse:mcp-session';
const ISSUER = 'gatehouse:edge';
const TTL_SECONDS = 30;

/** What the edge vouches for when it hands a request to a session. */
export interface Hop {
  readonly principal: Principal;
  readonly handle: SessionHandle;
  readonly bearer: Uint8Array;
  /** The Durable Object the request is for. */
  readonly objectName: string;
  /** The one server of `/mcp/<server>`, or null at `/mcp`. */
  readonly server: string | null;
  readonly network: HopNetwork;
}

/** What is known of the way that a request came. */
export interface HopNetwork {
  /** ISO 3166-1 alpha-2, as the platform says; null where it does not. */
  readonly country: string | null;
  /** The W3C trace context of the request at the edge, for its parts (`traceparent`); null where nobody traces it. */
  readonly traceparent: string | null;
  /** What other vendors keep beside it (`tracestate`), checked; none where it is left out. */
  readonly tracestate?: string;
}

/**
 * Seals a hop as a short-lived encrypted JWT (RFC 7519, JWE `dir` with `A256GCM`), bound to one object.
 * Encrypted, not only signed, because it holds the installation's key and the internal bearer.
 */
export function sealHop(keyRing: KeyRing, hop: Hop): Promise<string> {
  const { bearer, ...claims } = hop;
  return new EncryptJWT({ ...claims, bearer: toBase64url(bearer) })
    .setProtectedHeader({ alg: 'dir', enc: 'A256GCM', kid: keyRing.current })
    .setIssuer(ISSUER)
    .setAudience(AUDIENCE)
    .setIssuedAt()
    .setExpirationTime(`${TTL_SECONDS}s`)
    .encrypt(keyRing.derive(keyRing.current, 'hop-assertion'));
}

/**
 * Opens what {@link sealHop} made.
 * @throws GatehouseError `assertion_refused` on any failure.
 */
export async function openHop(keyRing: KeyRing, assertion: string | null): Promise<Hop> {
  try {
    const { payload } = await jwtDecrypt(
      assertion ?? '',
      header => keyRing.derive(header.kid ?? '', 'hop-assertion'),
      {
        issuer: ISSUER,
        audience: AUDIENCE,
        keyManagementAlgorithms: ['dir'],
        contentEncryptionAlgorithms: ['A256GCM'],
      },
    );
    const claims = payload as unknown as Omit<Hop, 'bearer'> & { bearer: string };
    return { ...claims, bearer: fromBase64url(claims.bearer) };
  } catch {
    throw new GatehouseError('assertion_refused', 'This object answers only to the gateway itself.');
  }
}
