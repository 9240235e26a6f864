import * as z from 'zod';
import { serverDocumentSchema } from '../catalog/server-document.ts';
import { GatehouseError } from '../errors.ts';
import { ADMIN_SCOPE } from '../grants/scopes.ts';
import { documentOf, type ListedServer, listedServer, listedServers } from '../publish/listed-servers.ts';
import { unknownServer } from '../publish/refusal.ts';
import { restoredDocument } from '../publish/restored-document.ts';
import { ServerChanges } from '../publish/server-changes.ts';
import { shownTools } from '../publish/shown-tools.ts';
import { type ApiCall, routes, taking } from './api-route.ts';
import { baseOf, matchedVersion } from './matched-version.ts';
import { publisherOf } from './publisher.ts';
import { serverView, versionView, wholeServerView } from './server-views.ts';

const READING = { scope: ADMIN_SCOPE, roles: ['administrator', 'operator', 'auditor'] } as const;
const CHANGING = { scope: ADMIN_SCOPE, roles: ['administrator', 'operator'] } as const;

/** Why, in the words of whoever changes something; kept with the version. */
export const REASON = z.string().max(1024).default('');

const VERSION = z.coerce.number().int().min(1);

/** The servers of the caller's own organisation. */
export const SERVER_ROUTES = routes([
  {
    ...READING,
    name: 'listServers',
    method: 'GET',
    path: '/api/v1/admin/servers',
    summary: 'All servers: those of the monorepo, those that were added, and those that are disabled.',
    answer: 'Servers',
    serve: async call => ({ servers: (await listedServers(publisherOf(call))).map(serverView) }),
  },
  {
    ...CHANGING,
    name: 'createServer',
    method: 'POST',
    path: '/api/v1/admin/servers',
    summary: 'Adds a server, or changes how one of the monorepo is shown for the first time.',
    answer: 'Saved',
    ...taking({
      query: z.strictObject({ reason: REASON }),
      body: serverDocumentSchema,
      serve: async (call, { query, body }) => {
        return { name: body.name, ...(await changesOf(call).save(body, 0, query.reason)) };
      },
    }),
  },
  {
    ...READING,
    name: 'getServer',
    method: 'GET',
    path: '/api/v1/admin/servers/{name}',
    summary: 'One server with its whole document, as it is or as an earlier version had it.',
    answer: 'Server',
    ...taking({
      query: z.strictObject({ version: VERSION.optional() }),
      serve: async (call, { query }) => readServer(call, query.version),
    }),
  },
  {
    ...CHANGING,
    name: 'updateServer',
    method: 'PUT',
    path: '/api/v1/admin/servers/{name}',
    summary:
      'Changes a server. `basedOn` is the version that the change was made from; `If-Match` says it too.',
    answer: 'Saved',
    ...taking({
      query: z.strictObject({ basedOn: z.coerce.number().int().min(0).optional(), reason: REASON }),
      body: serverDocumentSchema,
      serve: async (call, { query, body }) => {
        requireSameName(call, body.name);
        const base = baseOf(call, query.basedOn);
        return { name: body.name, ...(await changesOf(call).save(body, base, query.reason)) };
      },
    }),
  },
  {
    ...CHANGING,
    name: 'disableServer',
    method: 'POST',
    path: '/api/v1/admin/servers/{name}/disable',
    summary: 'Takes a server out of use. Nothing of it is deleted.',
    answer: null,
    serve: call => enable(call, false),
  },
  {
    ...CHANGING,
    name: 'enableServer',
    method: 'POST',
    path: '/api/v1/admin/servers/{name}/enable',
    summary: 'Puts a server in use again.',
    answer: null,
    serve: call => enable(call, true),
  },
  {
    ...READING,
    name: 'listServerVersions',
    method: 'GET',
    path: '/api/v1/admin/servers/{name}/versions',
    summary: 'Every version of a server, newest first, without what is large of their documents.',
    answer: 'ServerVersions',
    serve: listVersions,
  },
  {
    ...CHANGING,
    name: 'rollBackServer',
    method: 'POST',
    path: '/api/v1/admin/servers/{name}/rollback',
    summary:
      'Puts an earlier version, or a later one again, in use, where it is still good. `basedOn` is the version in use that it takes the place of.',
    answer: null,
    ...taking({
      query: z.strictObject({ version: VERSION, basedOn: VERSION.optional() }),
      serve: async (call, { query: { version, basedOn } }) => {
        await changesOf(call).rollBack(call.target, version, basedOn);
        return null;
      },
    }),
  },
  {
    ...CHANGING,
    name: 'deleteServer',
    method: 'DELETE',
    path: '/api/v1/admin/servers/{name}',
    summary:
      'Deletes a server with all of its versions; one of the monorepo is as it comes again. `basedOn` is the version in use.',
    answer: null,
    ...taking({
      query: z.strictObject({ basedOn: VERSION.optional() }),
      serve: async (call, { query: { basedOn } }) => {
        await changesOf(call).delete(call.target, basedOn ?? matchedVersion(call));
        return null;
      },
    }),
  },
  {
    ...READING,
    name: 'getServerDefinitions',
    method: 'GET',
    path: '/api/v1/admin/servers/{name}/definitions',
    summary: 'What a server offers now, as far as it is known.',
    answer: 'ServerDefinitions',
    serve: async call => ({ ...(await shownTools(await found(call), publisherOf(call))) }),
  },
]);

function changesOf(call: ApiCall): ServerChanges {
  return new ServerChanges(publisherOf(call));
}

async function enable(call: ApiCall, isEnabled: boolean): Promise<null> {
  await changesOf(call).enable(call.target, isEnabled);
  return null;
}

async function found(call: ApiCall): Promise<ListedServer> {
  const server = await listedServer(publisherOf(call), call.target);
  if (server) return server;
  throw unknownServer(call.target);
}

async function readServer(call: ApiCall, version: number | undefined): Promise<object> {
  const { store } = publisherOf(call);
  const server = await found(call);
  const { entry } = server;
  if (version === undefined) {
    return wholeServerView(server, entry ? await restoredDocument(entry.current, store) : documentOf(server));
  }
  const saved = (await store.versions(server.name)).find(each => each.version === version);
  if (!saved || !entry) throw unknownVersion(server.name, version);
  const { savedAtMs, saved: current } = saved;
  const then = { ...server, entry: { ...entry, version, savedAtMs, current } };
  return wholeServerView(then, await restoredDocument(current, store));
}

async function listVersions(call: ApiCall): Promise<object> {
  const { entry, name } = await found(call);
  const versions = await publisherOf(call).store.versions(name);
  return { versions: versions.map(each => versionView(each, entry?.version ?? null)) };
}

function requireSameName({ target }: ApiCall, name: string): void {
  if (target === name) return;
  throw new GatehouseError(
    'server_invalid',
    `name: the document is of "${name}" and the path of "${target}". A server keeps its name.`,
  );
}

function unknownVersion(name: string, version: number): GatehouseError {
  return new GatehouseError('version_unknown', `The server "${name}" has no version ${version}.`);
}
