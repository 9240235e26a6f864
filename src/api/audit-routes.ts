import * as z from 'zod';
import { AuditLog, type FoundEvent } from '../audit/audit-log.ts';
import { accountTrailOf } from '../audit/audit-trail.ts';
import { EXPORT_FORMATS, exportedBody } from '../audit/event-export.ts';
import { type EventFilter, eventFilterSchema } from '../audit/event-filter.ts';
import { ADMIN_SCOPE } from '../grants/scopes.ts';
import { type ApiCall, routes, taking } from './api-route.ts';

/** Whoever watches over the others, and not those who are watched. */
const AUDITING = { scope: ADMIN_SCOPE, roles: ['administrator', 'auditor'] } as const;

/** The audit trail of the caller's own organisation. */
export const AUDIT_ROUTES = routes([
  {
    ...AUDITING,
    name: 'listAuditEvents',
    method: 'GET',
    path: '/api/v1/admin/audit/events',
    summary:
      'What has happened, newest first, as far as it is stored and wanted. A page may be short, or empty, and have a next one.',
    answer: 'AuditEvents',
    isPaged: true,
    ...taking({
      query: eventFilterSchema,
      serve: async (call, { query }) => {
        const { events, next } = await logOf(call).events(call.page.after ?? '', call.page.limit, query);
        return { events: events.map(eventView), next };
      },
    }),
  },
  {
    ...AUDITING,
    name: 'exportAuditEvents',
    method: 'GET',
    path: '/api/v1/admin/audit/export',
    summary:
      'The same as a file, oldest first: `ndjson`, which can be verified, or `csv`. That it was asked for is an event itself.',
    answer: null,
    media: 'application/x-ndjson',
    ...taking({
      query: eventFilterSchema.extend({ format: z.enum(['ndjson', 'csv']).default('ndjson') }),
      serve: (call, { query: { format, ...filter } }) => exported(call, format, filter),
    }),
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

async function* nothing(): AsyncGenerator<string> {}

/** @throws GatehouseError `audit_unavailable` where it is not on record. Then nothing is exported. */
async function exported(
  call: ApiCall,
  name: keyof typeof EXPORT_FORMATS,
  filter: EventFilter,
): Promise<Response> {
  const { principal } = call;
  const { subject: user, client, installation } = principal;
  const target = new URLSearchParams(
    Object.entries({ format: name, ...filter }).map(([member, value]) => [member, String(value)]),
  ).toString();
  const entry = { kind: 'audit.exported', user, client, installation: installation.id, target } as const;
  await accountTrailOf(call.env, principal).record(entry);
  const log = logOf(call);
  const format = EXPORT_FORMATS[name];
  const isWhole = name === 'ndjson' && Object.values(filter).every(value => value === undefined);
  const tail = isWhole ? log.checkpointLines() : nothing();
  return new Response(exportedBody(format, log.allEvents(filter), tail), {
    headers: {
      'cache-control': 'no-store',
      'content-type': format.mediaType,
      'content-disposition': `attachment; filename="gatehouse-audit.${name}"`,
      'x-content-type-options': 'nosniff',
    },
  });
}

function logOf({ env, principal }: ApiCall): AuditLog {
  return new AuditLog(env, principal.tenant);
}

function eventView({ row: { id, atMs, kind, chain, sequence }, event }: FoundEvent): object {
  return { id, at: new Date(atMs).toISOString(), kind, chain, sequence, event };
}
