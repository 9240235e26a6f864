import type { EntryOf } from '../../src/audit/event.ts';
import { sessionPublicId } from '../../src/grants/open-sessions.ts';
import type { Hop } from '../../src/session-key/hop-assertion.ts';
import type { StreamedRequest } from './event-stream.ts';

/** What is put on record of a session besides its calls as they end. */

export function sessionOpened(hop: Hop, revision: string): EntryOf<'session.opened'> {
  const { resource } = hop.principal;
  return { kind: 'session.opened', ...whose(hop), resource, revision };
}

/** @param hop of who asked for it; null where nobody did. */
export function sessionEnded(
  object: string | undefined,
  cause: EntryOf<'session.ended'>['cause'],
  hop: Hop | null = null,
): EntryOf<'session.ended'> {
  const who = hop ? whose(hop) : {};
  return {
    kind: 'session.ended',
    ...who,
    session: object === undefined ? null : sessionPublicId(object),
    cause,
  };
}

/** A call of which is known that it was begun, and not how it ended. */
export function lostCall(hop: Hop, { method, server, name }: StreamedRequest): EntryOf<'call.ended'> {
  return {
    kind: 'call.ended',
    ...whose(hop),
    era: '2025',
    server: server ?? null,
    method,
    name,
    outcome: 'unknown',
    error: 'outcome_unknown',
  };
}

function whose({ principal: { subject, client, installation }, objectName }: Hop) {
  return { user: subject, client, installation: installation.id, session: sessionPublicId(objectName) };
}
