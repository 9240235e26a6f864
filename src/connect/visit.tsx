import { refusalPage } from '../auth/refusal.tsx';
import { currentPerson } from '../auth/sign-in/current-person.ts';
import { showOwnSignIn } from '../auth/sign-in/own-pages.tsx';
import type { Deployment } from '../deployment.ts';
import type { Env } from '../env.ts';
import type { UserName } from '../grants/user-id.ts';
import type { Person } from '../identity/person.ts';
import { offerOf } from '../runtime/offered-servers.ts';
import { connectPath } from '../vault/connect-ticket.ts';
import type { Connection } from '../vault/connection.ts';
import { connectionFor } from '../vault/connections.ts';
import { chooseServer } from './server-choice.tsx';
import { judgeTicket } from './ticket-check.ts';

/** Somebody at the page of a connection, who may be there. */
export interface Visit {
  readonly env: Env;
  readonly deployment: Deployment;
  readonly person: Person;
  /** The same as accounts know them: no more of a person goes there. */
  readonly user: UserName;
  readonly connection: Connection;
  /** The server whose own credential it is about; null where servers own none. */
  readonly server: string | null;
  /** Of the link that they followed; null where they came by themselves. */
  readonly ticket: string | null;
  /** The client that gave them the link. */
  readonly client: string | null;
  /** What the call needs beside the connection's own scopes, as the link says; none where they came by themselves. */
  readonly scopes: readonly string[];
}

/** What a request asks for. */
export type Asked = Pick<Visit, 'env' | 'deployment' | 'ticket' | 'server'> & { readonly id: string };

const UNKNOWN = 'There is no such connection here. Ask whoever runs this gateway.';

/** Lets a request in: somebody is signed in, the connection exists, and the link is theirs; else the page that says what to do. */
export async function visitOf(asked: Asked): Promise<Visit | Response> {
  const { env, deployment, ticket, id } = asked;
  const { settings, request } = deployment;
  const person = await currentPerson(env, deployment, request);
  if (!person) return showOwnSignIn(env, deployment, pathOf(asked));
  const connection = await connectionFor(env, person.tenant, id);
  if (!connection) return refusalPage(UNKNOWN, 404);
  const { servers } = await offerOf(env, person.tenant);
  const server = chooseServer(servers, connection, asked.server);
  if (server instanceof Response || server instanceof Promise) return server;
  const user = { tenant: person.tenant, subject: person.subject };
  const visit = { env, deployment, person, user, connection, server, ticket };
  if (ticket === null) return { ...visit, client: null, scopes: [] };
  const verdict = await judgeTicket(settings.keyRing, { ticket, person, connection: id, server });
  if (verdict.kind === 'refused') return refusalPage(verdict.why, 403);
  return { ...visit, client: verdict.client, scopes: verdict.scopes };
}

function pathOf({ id, server, ticket }: Asked): string {
  return connectPath(encodeURIComponent(id), server, ticket === null ? {} : { ticket });
}
