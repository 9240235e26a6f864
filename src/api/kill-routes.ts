import * as z from 'zod';
import { ADMIN_SCOPE } from '../grants/scopes.ts';
import { kill } from '../publish/kill.ts';
import { routes, taking } from './api-route.ts';
import { publisherOf } from './publisher.ts';
import { REASON } from './server-routes.ts';

/** A name of one thing: in rules `*` would stand for others too. */
const name = z
  .string()
  .min(1)
  .max(256)
  .regex(/^[^*]+$/, 'a name, without `*`');

const target = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('server'), server: name }),
  z.strictObject({ kind: z.literal('tool'), server: name, tool: name }),
  z.strictObject({ kind: z.literal('user'), user: name }),
  z.strictObject({ kind: z.literal('client'), client: name }),
  z.strictObject({ kind: z.literal('session'), user: name, session: name }),
]);

/** The emergency stop. */
export const KILL_ROUTES = routes([
  {
    scope: ADMIN_SCOPE,
    roles: ['administrator', 'operator'],
    name: 'kill',
    method: 'POST',
    path: '/api/v1/admin/kill',
    summary:
      'Stops a server, a tool, a user, a client or a session now, on open sessions too. Whoever is on duty may; what an operator stops, an administrator puts back.',
    answer: 'Killed',
    ...taking({
      query: z.strictObject({ reason: REASON }),
      body: target,
      serve: async (call, { query, body }) => ({ done: await kill(body, publisherOf(call), query.reason) }),
    }),
  },
]);
