import * as z from 'zod';
import { SERVER_NAME } from '../catalog/server-document.ts';
import { ADMIN_SCOPE } from '../grants/scopes.ts';
import { catalogFileOf, catalogFileSchema } from '../publish/catalog-file.ts';
import { CatalogImport } from '../publish/catalog-import.ts';
import { ServerChanges } from '../publish/server-changes.ts';
import { remoteOf, serverJsonSchema } from '../publish/server-json.ts';
import { routes, taking } from './api-route.ts';
import { publisherOf } from './publisher.ts';
import { REASON } from './server-routes.ts';

const READING = { scope: ADMIN_SCOPE, roles: ['administrator', 'operator', 'auditor'] } as const;
const CHANGING = { scope: ADMIN_SCOPE, roles: ['administrator', 'operator'] } as const;

/** Names of servers, with commas between them. */
const NAMES = z
  .string()
  .transform(text => text.split(','))
  .pipe(z.array(z.string().regex(SERVER_NAME)));

/** The catalog of the caller's own organisation as a whole, and what others write of servers. */
export const CATALOG_ROUTES = routes([
  {
    ...READING,
    name: 'exportCatalog',
    method: 'GET',
    path: '/api/v1/admin/catalog',
    summary:
      'All servers that were added or changed, or those that are named (`?servers=a,b`), as a file that can live in git. It holds no secrets.',
    answer: 'Catalog',
    file: 'gatehouse-catalog.json',
    ...taking({
      query: z.strictObject({ servers: NAMES.optional() }),
      serve: async (call, { query: { servers: names = null } }) => {
        const { store, settings } = publisherOf(call);
        return { ...(await catalogFileOf(store, { names, maxBytes: settings.MAX_SERVER_DOCUMENT_BYTES })) };
      },
    }),
  },
  {
    ...CHANGING,
    name: 'importCatalog',
    method: 'POST',
    path: '/api/v1/admin/catalog/import',
    summary:
      'Brings the servers of such a file into the catalog, as far as they are good, and says what became of each.',
    answer: 'Imported',
    ...taking({
      query: z.strictObject({ reason: REASON, dryRun: z.enum(['true', 'false']).default('false') }),
      body: catalogFileSchema,
      serve: async (call, { query: { reason, dryRun }, body }) => {
        const isDryRun = dryRun === 'true';
        const servers = await new CatalogImport(publisherOf(call), { reason, isDryRun }).run(body);
        return { isDryRun, servers };
      },
    }),
  },
  {
    ...CHANGING,
    name: 'importServerJson',
    method: 'POST',
    path: '/api/v1/admin/catalog/server-json',
    summary: 'Adds the remote server that a `server.json` of the official MCP registry describes.',
    answer: 'Saved',
    ...taking({
      query: z.strictObject({
        name: z.string().regex(SERVER_NAME).optional(),
        connection: z.string().min(1).max(64).optional(),
        auth: z.enum(['none', 'oauth']).optional(),
        reason: REASON,
      }),
      body: serverJsonSchema,
      serve: async (call, { query: { reason, ...options }, body }) => {
        const document = remoteOf(body, options);
        return {
          name: document.name,
          ...(await new ServerChanges(publisherOf(call)).save(document, 0, reason)),
        };
      },
    }),
  },
]);
