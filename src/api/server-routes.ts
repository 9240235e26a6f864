import * as z from 'zod';
import { serverDocumentSchema } from '../catalog/server-document.ts';
import { catalogStoreOf } from '../catalog/tenant-catalog.ts';
import { ADMIN_SCOPE } from '../grants/scopes.ts';
import type { Publisher } from '../publish/publisher.ts';
import { ServerChanges } from '../publish/server-changes.ts';
import { type ApiCall, type ApiRoute, taking } from './api-route.ts';

const CHANGING = { scope: ADMIN_SCOPE, roles: ['administrator', 'operator'] } as const;

/** Why, in the words of whoever changes something; kept with the version. */
const reason = z.string().max(1024).default('');

/** The servers of the caller's own organisation. */
export const SERVER_ROUTES: readonly ApiRoute[] = [
  {
    ...CHANGING,
    name: 'createServer',
    method: 'POST',
    path: '/api/admin/servers',
    summary: 'Adds a server, or changes how one of the monorepo is shown for the first time.',
    answer: 'Saved',
    ...taking({
      query: z.strictObject({ reason }),
      body: serverDocumentSchema,
      serve: async (call, { query, body }) => {
        const version = await changesOf(call).save(body, 0, query.reason);
        return { name: body.name, version };
      },
    }),
  },
];

function changesOf(call: ApiCall): ServerChanges {
  return new ServerChanges(publisherOf(call));
}

function publisherOf({ env, deployment, exports, principal }: ApiCall): Publisher {
  const { settings, origin } = deployment;
  return { env, settings, exports, origin, principal, store: catalogStoreOf(env, principal.tenant) };
}
