import { AuditLog, type FoundEvent } from '../audit/audit-log.ts';
import { ADMIN_SCOPE } from '../grants/scopes.ts';
import { type ApiCall, routes } from './api-route.ts';

/** Whoever watches over the others, and not those who are watched. */
const AUDITING = { scope: ADMIN_SCOPE, roles: ['administrator', 'auditor'] } as const;

/** The audit trail of the caller's own organisation. */
export const AUDIT_ROUTES = routes([
  {
    ...AUDITING,
    name: 'listAuditEvents',
    method: 'GET',
    path: '/api/v1/admin/audit/events',
    summary: 'What has happened, newest first, as far as it is stored.',
    answer: 'AuditEvents',
    isPaged: true,
    serve: async call => {
      const { events, next } = await logOf(call).events(call.page.after ?? '', call.page.limit);
      return { events: events.map(eventView), next };
    },
  },
  {
    ...AUDITING,
    name: 'verifyAuditEvents',
    method: 'POST',
    path: '/api/v1/admin/audit/verification',
    summary: 'Looks for stored events that were edited, removed, reordered or made up, so many at a time.',
    answer: 'AuditVerification',
    isPaged: true,
    serve: call => logOf(call).verify(call.page.after ?? '', call.page.limit),
  },
]);

function logOf({ env, principal }: ApiCall): AuditLog {
  return new AuditLog(env, principal.tenant);
}

function eventView({ row: { id, atMs, kind, chain, sequence }, event }: FoundEvent): object {
  return { id, at: new Date(atMs).toISOString(), kind, chain, sequence, event };
}
