import { clientNames } from '../auth/client-names.ts';
import { helpersFor } from '../auth/oauth-endpoints.ts';
import { type Looker, ownConnections } from '../connect/own-connections.ts';
import { dropOwn } from '../connect/own-credential.ts';
import { GatehouseError } from '../errors.ts';
import { connectionsOf } from '../grants/connections.ts';
import { ACCOUNT_SCOPE } from '../grants/scopes.ts';
import type { UserName } from '../grants/user-id.ts';
import { type ApiCall, type ApiRoute, routes } from './api-route.ts';
import { connectionView, credentialView } from './views.ts';

/** One's own connections: whoever may sign in at all may see and end them. */
const OWN = {
  scope: ACCOUNT_SCOPE,
  roles: ['administrator', 'operator', 'auditor', 'member'],
} as const satisfies Partial<ApiRoute>;

/** What everybody may do with what is their own. */
export const MEMBER_ROUTES = routes([
  {
    ...OWN,
    name: 'getMe',
    method: 'GET',
    path: '/api/v1/me',
    summary: 'Who you are here, and what your token allows.',
    answer: 'Me',
    serve: async ({ principal: { tenant, subject, roles, client, scopes } }) => ({
      tenant,
      subject,
      roles,
      client,
      scopes,
    }),
  },
  {
    ...OWN,
    name: 'listConnections',
    method: 'GET',
    path: '/api/v1/connections',
    summary: 'What you have connected, with its open sessions.',
    answer: 'Connections',
    serve: call => listConnections(call, call.principal),
  },
  {
    ...OWN,
    name: 'endConnection',
    method: 'DELETE',
    path: '/api/v1/connections/{id}',
    summary: 'Ends one installation of a client, with its tokens and sessions.',
    answer: null,
    serve: async ({ env, principal, target }) => {
      if (await connectionsOf(env, principal).endInstallation(ownerOf(principal), target)) return null;
      throw new GatehouseError('connection_unknown', 'You have no connection with this id.');
    },
  },
  {
    ...OWN,
    name: 'listCredentials',
    method: 'GET',
    path: '/api/v1/credentials',
    summary: 'The accounts of third parties that tools use for you, and how they stand.',
    answer: 'Credentials',
    serve: async call => {
      const own = await ownConnections(lookerOf(call));
      return { credentials: own.map(each => credentialView(call, each)) };
    },
  },
  {
    ...OWN,
    name: 'dropCredential',
    method: 'DELETE',
    path: '/api/v1/credentials/{connection}',
    summary:
      "Disconnects an account and deletes its credential. An organisation's or a server's takes the role operator or administrator.",
    answer: null,
    serve: async call => {
      if (await dropOwn(lookerOf(call), call.target)) return null;
      throw new GatehouseError('connection_unknown', 'You have connected nothing of this id.');
    },
  },
  {
    ...OWN,
    name: 'endSession',
    method: 'DELETE',
    path: '/api/v1/sessions/{id}',
    summary: 'Ends one open session. Its client stays connected and may open another.',
    answer: null,
    serve: async ({ env, principal, target }) => {
      if (await connectionsOf(env, principal).endSession(ownerOf(principal), target)) return null;
      throw new GatehouseError('session_unknown', 'You have no open session with this id.');
    },
  },
  {
    ...OWN,
    name: 'endClient',
    method: 'DELETE',
    path: '/api/v1/clients/{id}',
    summary: 'Ends all of your installations of a client.',
    answer: 'Ended',
    serve: async ({ env, principal, target }) => {
      const ended = await connectionsOf(env, principal).endClient(ownerOf(principal), target);
      if (ended > 0) return { ended };
      throw new GatehouseError('client_unknown', 'You have not connected a client with this id.');
    },
  },
]);

function lookerOf({ env, deployment, principal }: ApiCall): Looker {
  return { env, deployment, user: ownerOf(principal), roles: principal.roles };
}

/** What one user has connected, with the names of the clients. */
export async function listConnections(call: ApiCall, user: UserName): Promise<object> {
  const { env, deployment } = call;
  const connections = await connectionsOf(env, user).listConnections(ownerOf(user));
  const names = await clientNames(
    helpersFor(deployment, env),
    connections.map(({ client }) => client),
    deployment.settings.LIST_TIMEOUT_MS,
  );
  return { connections: connections.map(connection => connectionView(call, connection, names)) };
}

/** The user alone: no more of a principal goes to an account. */
function ownerOf({ tenant, subject }: UserName): UserName {
  return { tenant, subject };
}
