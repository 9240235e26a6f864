import { clientNames } from '../auth/client-names.ts';
import { helpersFor } from '../auth/oauth-endpoints.ts';
import { GatehouseError } from '../errors.ts';
import { isOnlyIn } from '../grants/client-tenants.ts';
import { knownClients } from '../grants/clients/known-clients.ts';
import { ADMIN_SCOPE } from '../grants/scopes.ts';
import { tenantOf } from '../grants/tenant.ts';
import type { UserName } from '../grants/user-id.ts';
import { recordEnding, recordGiving } from './acts.ts';
import { type ApiCall, routes } from './api-route.ts';
import { listConnections } from './member-routes.ts';
import { memberView, tenantClientView } from './views.ts';

const LISTING = { scope: ADMIN_SCOPE, roles: ['administrator', 'operator', 'auditor'] } as const;
const ENDING = { scope: ADMIN_SCOPE, roles: ['administrator', 'operator'] } as const;
const RULING = { scope: ADMIN_SCOPE, roles: ['administrator'] } as const;

/** What the organisation's own people may do about its users and clients, by role. */
export const ADMIN_ROUTES = routes([
  {
    ...LISTING,
    name: 'listUsers',
    method: 'GET',
    path: '/api/v1/admin/users',
    summary: 'Who has signed in here.',
    answer: 'Users',
    isPaged: true,
    serve: async ({ env, principal: { tenant }, page }) => {
      const members = await tenantOf(env, tenant).listMembers(tenant, page);
      return { users: members.map(memberView), next: nextOf(members, page.limit, 'subject') };
    },
  },
  {
    ...LISTING,
    name: 'listUserConnections',
    method: 'GET',
    path: '/api/v1/admin/users/{subject}/connections',
    summary: 'What a user has connected, with its open sessions.',
    answer: 'Connections',
    serve: async call => {
      known(await tenantFor(call).isMember(call.target));
      return listConnections(call, userOf(call));
    },
  },
  {
    ...ENDING,
    name: 'endUser',
    method: 'POST',
    path: '/api/v1/admin/users/{subject}/end',
    summary: 'Ends every grant, session and sign-in of a user. They may sign in again.',
    answer: null,
    serve: async call => {
      await recordEnding(call, 'user.ended');
      return known(await tenantFor(call).endMember(userOf(call)));
    },
  },
  {
    ...RULING,
    name: 'suspendUser',
    method: 'PUT',
    path: '/api/v1/admin/users/{subject}/suspension',
    summary: 'Ends all that a user has, and keeps them out.',
    answer: null,
    serve: async call => {
      refuseOneself(call);
      await recordEnding(call, 'user.suspended');
      return known(await tenantFor(call).suspendMember(userOf(call)));
    },
  },
  {
    ...RULING,
    name: 'restoreUser',
    method: 'DELETE',
    path: '/api/v1/admin/users/{subject}/suspension',
    summary: 'Lets a suspended user in again.',
    answer: null,
    serve: async call => {
      await recordGiving(call, 'user.restored');
      return known(await tenantFor(call).restoreMember(userOf(call)));
    },
  },
  {
    ...LISTING,
    name: 'listClients',
    method: 'GET',
    path: '/api/v1/admin/clients',
    summary: 'The clients that users have connected, and those that are blocked.',
    answer: 'Clients',
    isPaged: true,
    serve: listClients,
  },
  {
    ...RULING,
    name: 'deleteClient',
    method: 'DELETE',
    path: '/api/v1/admin/clients/{id}',
    summary:
      'Blocks a client that registered itself, and deletes its registration unless other tenants use it.',
    answer: 'Deleted',
    serve: deleteClient,
  },
  {
    ...RULING,
    name: 'blockClient',
    method: 'PUT',
    path: '/api/v1/admin/clients/{id}/block',
    summary: 'Keeps a client out, and ends it at every user.',
    answer: 'Ended',
    serve: async call => {
      await recordEnding(call, 'client.blocked');
      return { ended: await block(call) };
    },
  },
  {
    ...RULING,
    name: 'unblockClient',
    method: 'DELETE',
    path: '/api/v1/admin/clients/{id}/block',
    summary: 'Lets a blocked client be connected again.',
    answer: null,
    serve: async call => {
      await recordGiving(call, 'client.unblocked');
      if (await tenantFor(call).unblockClient(call.target)) return null;
      throw new GatehouseError('client_unknown', 'No client with this id is blocked.');
    },
  },
]);

async function listClients({ env, deployment, principal, page }: ApiCall): Promise<object> {
  const clients = await tenantOf(env, principal.tenant).listClients(page);
  const ids = clients.map(({ client }) => client);
  const names = await clientNames(helpersFor(deployment, env), ids, deployment.settings.LIST_TIMEOUT_MS);
  return {
    clients: clients.map(client => tenantClientView(client, names)),
    next: nextOf(clients, page.limit, 'client'),
  };
}

/** The registration is the whole deployment's, so it is deleted only where no other tenant uses it. */
async function deleteClient(call: ApiCall): Promise<object> {
  const { env, deployment, principal, target } = call;
  const oauth = helpersFor(deployment, env);
  const isRegistered =
    !URL.canParse(target) && !knownClients(env).has(target) && (await oauth.lookupClient(target)) !== null;
  if (!isRegistered) {
    throw new GatehouseError(
      'client_unknown',
      'No client with this id has registered here; block it instead.',
    );
  }
  await recordEnding(call, 'client.deleted');
  const ended = await block(call);
  const isDeleted = await isOnlyIn(env.DB, target, principal.tenant);
  if (isDeleted) await oauth.deleteClient(target);
  return { ended, isDeleted };
}

function block(call: ApiCall): Promise<number> {
  const { tenant, subject } = call.principal;
  return tenantFor(call).blockClient(tenant, call.target, subject);
}

function tenantFor({ env, principal }: ApiCall) {
  return tenantOf(env, principal.tenant);
}

/** The user that a path names: always one of the caller's own organisation. */
function userOf({ principal: { tenant }, target }: ApiCall): UserName {
  return { tenant, subject: target };
}

function known(isKnown: boolean): null {
  if (isKnown) return null;
  throw new GatehouseError('user_unknown', 'Nobody with this subject has signed in here.');
}

function refuseOneself({ principal, target }: ApiCall): void {
  if (target !== principal.subject) return;
  throw new GatehouseError('own_suspension', 'You cannot suspend yourself; another administrator can.');
}

/** Where the next page begins; null where a page was not full. */
function nextOf<Key extends string>(
  entries: readonly Readonly<Record<Key, string>>[],
  limit: number,
  key: Key,
): string | null {
  return entries.length < limit ? null : (entries.at(-1)?.[key] ?? null);
}
