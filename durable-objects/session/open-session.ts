import type { OpenSession } from '../../src/grants/open-sessions.ts';
import type { UserName } from '../../src/grants/user-id.ts';
import { MODERN_REVISION } from '../../src/protocol/revision.ts';
import type { Hop } from '../../src/session-key/hop-assertion.ts';
import type { SessionClient } from './session-client.ts';

/** Longer names and versions are cut: they are for people to read. In UTF-16 code units. */
const LABEL_LENGTH = 200;

/** What the account is told of a 2025 session. */
export function openSession(hop: Hop, { revision, info = {} }: SessionClient): OpenSession {
  const text = (value: unknown) => (typeof value === 'string' ? value.slice(0, LABEL_LENGTH) : '');
  const client = { name: text(info.title) || text(info.name), version: text(info.version) };
  return { ...placeOf(hop), revision, client };
}

/** What the account is told of a home with open streams. */
export function openHome(hop: Hop): OpenSession {
  return { ...placeOf(hop), revision: MODERN_REVISION, client: null };
}

/** Whose account it is told to. No more of the principal goes there. */
export function ownerOf({ principal: { tenant, subject } }: Hop): UserName {
  return { tenant, subject };
}

function placeOf({ objectName, principal }: Hop) {
  return {
    object: objectName,
    installationId: principal.installation.id,
    resource: principal.resource,
  };
}
