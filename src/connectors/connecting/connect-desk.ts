import type { ClientProfile } from '../../protocol/modern.ts';
import type { Wanted, WantsAnswer } from '../../vault/connection-wants.ts';

/** A connection that a call needs, as it stands. */
export interface Needed extends Pick<Wanted, 'reason' | 'scopes'> {
  /** The connection's id. */
  readonly id: string;
  /** What people read. */
  readonly name: string;
  /** Whether the caller can connect it: `asker` by a link of theirs; else why not. */
  readonly by: 'asker' | 'others' | 'deployment' | 'nobody';
  /** When the credential that is there was connected, Unix time in milliseconds; null where none is. */
  readonly seenAtMs: number | null;
  /** Whether there is a good one by now. */
  readonly isThere: boolean;
}

/** What the vault knows and does about one server's connections for one caller. */
export interface ConnectDesk {
  /** What the server needed since a time, Unix time in milliseconds. */
  wantsSince(sinceMs: number): Promise<WantsAnswer>;
  /** How a connection stands; null where there is none of that name any more. */
  look(want: Wanted): Promise<Needed | null>;
  /** The address at which the caller, and nobody else, connects; with the scopes that are asked for beside the usual ones. */
  link(needed: Pick<Needed, 'id' | 'scopes'>): Promise<string>;
  /** Resolves once there is a credential other than the one seen before; false where that took too long. */
  awaitConnected(connection: string, seenAtMs: number | null, waitMs: number): Promise<boolean>;
}

/** Whether a client can ask its user to open a link (2025-11-25 and later, `elicitation.url`). */
export function opensLinks({ capabilities }: ClientProfile): boolean {
  const { elicitation } = capabilities;
  return typeof elicitation === 'object' && elicitation !== null && 'url' in elicitation;
}
