import * as z from 'zod';
import { endedCookie, openCookie, sealedCookie } from '../auth/cookie.ts';
import type { KeyRing } from '../crypto/key-ring.ts';

const TTL_SECONDS = 600;

const transactionSchema = z.object({
  /** The id of the connection. */
  connection: z.string(),
  /** The server whose own credential it will be; null where servers own none. */
  server: z.string().nullable(),
  tenant: z.string(),
  subject: z.string(),
  state: z.string(),
  /** The PKCE verifier (RFC 7636). */
  verifier: z.string(),
  /** What was asked for. */
  scopes: z.array(z.string()).readonly(),
  /** Of the authorization server that the browser was sent to. */
  binding: z.string().nullable(),
});

/** A member's way to a third party and back. Kept by the browser that began it, and by nobody else. */
export type ConnectTransaction = Readonly<z.infer<typeof transactionSchema>>;

/** The cookie that holds a transaction, sealed, and named after its state: what comes from elsewhere finds nothing. */
export function connectCookie(keyRing: KeyRing, transaction: ConnectTransaction): Promise<string> {
  const name = nameOf(transaction.state);
  return sealedCookie(keyRing, 'connect-transaction', name, transaction, TTL_SECONDS);
}

/** The transaction of a callback's state, if this browser began it; else null. */
export async function connectTransactionOf(
  keyRing: KeyRing,
  request: Request,
  state: string,
): Promise<ConnectTransaction | null> {
  if (!/^[A-Za-z0-9_-]+$/.test(state)) return null;
  const claims = await openCookie(keyRing, 'connect-transaction', nameOf(state), request);
  const parsed = transactionSchema.safeParse(claims);
  return parsed.success && parsed.data.state === state ? parsed.data : null;
}

/** Ends a transaction: each is good for one callback. */
export function endedTransaction(state: string): string {
  return endedCookie(nameOf(state));
}

function nameOf(state: string): string {
  return `__Host-gatehouse-connect-${state}`;
}
