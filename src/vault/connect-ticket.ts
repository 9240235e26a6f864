import { EncryptJWT, jwtDecrypt } from 'jose';
import * as z from 'zod';
import type { KeyRing } from '../crypto/key-ring.ts';

const AUDIENCE = 'gatehouse:connect-ticket';

const ticketSchema = z.object({
  tenant: z.string(),
  subject: z.string(),
  /** The client whose tool call needs it. */
  client: z.string(),
  connection: z.string(),
  /** The server whose credential it is, where servers own those of the connection; else null. */
  server: z.string().nullable(),
  /** What is asked for beside the connection's own scopes. */
  scopes: z.array(z.string()).readonly(),
});

/** Who was asked to connect what. */
export type ConnectTicket = Readonly<z.infer<typeof ticketSchema>>;

/** The page of a connection; with a server, of that server's own credential for it. */
export function connectPath(
  connection: string,
  server: string | null = null,
  query: Readonly<Record<string, string>> = {},
): string {
  const all = new URLSearchParams({ ...(server !== null && { server }), ...query }).toString();
  return `/connect/${connection}${all && `?${all}`}`;
}

/**
 * The link that a tool call gives to its user. The ticket in it says for whom it is, encrypted: whoever opens it must be
 * signed in as that user (2025-11-25 and 2026-07-28, elicitation, "Phishing"). It signs nobody in.
 */
export async function connectLink(
  keyRing: KeyRing,
  origin: string,
  ticket: ConnectTicket,
  ttlSeconds: number,
): Promise<string> {
  const url = new URL(connectPath(ticket.connection, ticket.server), origin);
  url.searchParams.set('ticket', await sealTicket(keyRing, ticket, ttlSeconds));
  return url.href;
}

/** A ticket as an encrypted JWT (RFC 7519, JWE `dir` with `A256GCM`). */
export function sealTicket(
  keyRing: KeyRing,
  { tenant, subject, client, connection, server, scopes }: ConnectTicket,
  ttlSeconds: number,
): Promise<string> {
  return new EncryptJWT({ tenant, subject, client, connection, server, scopes })
    .setProtectedHeader({ alg: 'dir', enc: 'A256GCM', kid: keyRing.current })
    .setAudience(AUDIENCE)
    .setIssuedAt()
    .setExpirationTime(`${ttlSeconds}s`)
    .encrypt(keyRing.derive(keyRing.current, 'connect-ticket'));
}

/** What {@link sealTicket} sealed. Null for anything else, and after its time. */
export async function openTicket(keyRing: KeyRing, ticket: string): Promise<ConnectTicket | null> {
  try {
    const key = (header: { kid?: string }) => keyRing.derive(header.kid ?? '', 'connect-ticket');
    const { payload } = await jwtDecrypt(ticket, key, {
      audience: AUDIENCE,
      requiredClaims: ['exp'],
      keyManagementAlgorithms: ['dir'],
      contentEncryptionAlgorithms: ['A256GCM'],
    });
    return ticketSchema.parse(payload);
  } catch {
    return null;
  }
}
