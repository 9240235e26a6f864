import { clientNames } from '../auth/client-names.ts';
import { helpersFor } from '../auth/oauth-endpoints.ts';
import { ownConnections } from '../connect/own-connections.ts';
import { GatehouseError, reportFault } from '../errors.ts';
import { type Connection, connectionsOf } from '../grants/connections.ts';
import { ADMIN_SCOPE } from '../grants/scopes.ts';
import { type Member, tenantOf } from '../grants/tenant.ts';
import { type ApiCall, routes } from './api-route.ts';
import { connectionView, credentialView } from './views.ts';

const LISTING = { scope: ADMIN_SCOPE, roles: ['administrator', 'operator', 'auditor'] } as const;

/** How many accounts are asked at once. */
const PARALLEL = 16;

/** What is open in the organisation, and which accounts of third parties its users have connected. */
export const SESSION_ROUTES = routes([
  {
    ...LISTING,
    name: 'listSessions',
    method: 'GET',
    path: '/api/v1/admin/sessions',
    summary:
      'The open sessions of all users. A page is so many users, with all of their sessions; `kill` ends one of them.',
    answer: 'Sessions',
    isPaged: true,
    serve: listSessions,
  },
  {
    ...LISTING,
    name: 'listUserCredentials',
    method: 'GET',
    path: '/api/v1/admin/users/{subject}/credentials',
    summary: "A user's own accounts of third parties that tools use for them, and how they stand.",
    answer: 'Credentials',
    serve: listUserCredentials,
  },
]);

async function listSessions(call: ApiCall): Promise<object> {
  const { env, deployment, principal, page } = call;
  const members = await tenantOf(env, principal.tenant).listMembers(principal.tenant, page);
  const found = await connectionsOfAll(call, members);
  const clients = found.flatMap(({ connections }) => connections?.map(({ client }) => client) ?? []);
  const names = await clientNames(helpersFor(deployment, env), clients, deployment.settings.LIST_TIMEOUT_MS);
  return {
    sessions: found.flatMap(({ subject, connections }) =>
      (connections ?? []).flatMap(connection => {
        const { id: installation, client, sessions } = connectionView(call, connection, names);
        return sessions.map(session => ({ subject, client, installation, session }));
      }),
    ),
    unread: found.filter(({ connections }) => connections === null).map(({ subject }) => subject),
    next: members.length < page.limit ? null : (members.at(-1)?.subject ?? null),
  };
}

interface Found {
  readonly subject: string;
  /** Null where the account could not be asked. */
  readonly connections: readonly Connection[] | null;
}

async function connectionsOfAll(call: ApiCall, members: readonly Member[]): Promise<Found[]> {
  const found: Found[] = [];
  for (let start = 0; start < members.length; start += PARALLEL) {
    const batch = members.slice(start, start + PARALLEL);
    found.push(...(await Promise.all(batch.map(({ subject }) => connectionsOfOne(call, subject)))));
  }
  return found;
}

/** One account that cannot be asked keeps nobody from seeing the others. */
async function connectionsOfOne({ env, principal: { tenant } }: ApiCall, subject: string): Promise<Found> {
  const user = { tenant, subject };
  try {
    return { subject, connections: await connectionsOf(env, user).listConnections(user) };
  } catch (error) {
    reportFault('sessions_unread', error);
    return { subject, connections: null };
  }
}

async function listUserCredentials(call: ApiCall): Promise<object> {
  const { env, deployment, principal, target: subject } = call;
  const { tenant } = principal;
  if (!(await tenantOf(env, tenant).isMember(subject)))
    throw new GatehouseError('user_unknown', 'Nobody with this subject has signed in here.');
  const own = await ownConnections({ env, deployment, user: { tenant, subject }, roles: [] });
  const theirs = own.filter(({ connection }) => connection.owner === 'user');
  // Only they themselves can connect it.
  return { credentials: theirs.map(each => ({ ...credentialView(call, each), connectUrl: null })) };
}
