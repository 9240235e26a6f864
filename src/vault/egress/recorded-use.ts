import type { AuditTrail } from '../../audit/audit-trail.ts';
import { GatehouseError, reportFault } from '../../errors.ts';
import { sessionPublicId } from '../../grants/open-sessions.ts';
import type { Connection } from '../connection.ts';
import { credentialOwner } from '../credential-owner.ts';
import type { EgressProps } from './egress-props.ts';
import type { ExchangeParts } from './exchange.ts';

/**
 * Puts each use of a credential on record before it happens: who, which credential, and the method and origin that it is for;
 * nothing of the path, the query, the headers or the body.
 * @returns what throws GatehouseError `audit_unavailable` where the use is not on record, and must not happen.
 */
export function recordedUse(trail: AuditTrail, props: EgressProps): ExchangeParts['onUse'] {
  const { user, server, session } = props;
  return async (connection, version, { url, method }) => {
    const { subject: owner } = credentialOwner({ owner: connection.owner, user, server });
    const used = { user: user.subject, server, owner, connection: connection.id, version };
    const caller = {
      session: session && sessionPublicId(session.object),
      client: session?.client ?? null,
      installation: session?.installation ?? null,
    };
    const entry = { kind: 'credential.used', ...used, origin: url.origin, method, ...caller } as const;
    await trail.record(entry).catch((error: unknown) => {
      reportFault('use_not_recorded', error, { connection: connection.id });
      throw unrecorded(connection);
    });
  };
}

function unrecorded({ id }: Connection): GatehouseError {
  return new GatehouseError(
    'audit_unavailable',
    `The use of the credential of the connection "${id}" cannot be put on record right now, so it is not used. This request was not sent; try again later.`,
    { connection: id },
  );
}
