import { refusalPage } from '../auth/refusal.tsx';
import { currentPerson } from '../auth/sign-in/current-person.ts';
import { showOwnSignIn } from '../auth/sign-in/own-pages.tsx';
import type { Deployment } from '../deployment.ts';
import type { Env } from '../env.ts';
import type { UserName } from '../grants/user-id.ts';
import type { Person } from '../identity/person.ts';
import { connectPath } from '../vault/connect-ticket.ts';
import type { Connection } from '../vault/connection.ts';
import { connectionOf } from '../vault/connections-setting.ts';
import { ticketFault } from './ticket-check.ts';

/** Somebody at the page of a connection, who may be there. */
export interface Visit {
  readonly env: Env;
  readonly deployment: Deployment;
  readonly person: Person;
  /** The same as accounts know them: no more of a person goes there. */
  readonly user: UserName;
  readonly connection: Connection;
  /** Of the link that they followed; null where they came by themselves. */
  readonly ticket: string | null;
}

/** What a request asks for. */
export type Asked = Pick<Visit, 'env' | 'deployment' | 'ticket'> & { readonly id: string };

const UNKNOWN = 'There is no such connection here. Ask whoever runs this gateway.';

/** Lets a request in: somebody is signed in, the connection exists, and the link is theirs; else the page that says what to do. */
export async function visitOf({ env, deployment, ticket, id }: Asked): Promise<Visit | Response> {
  const { settings, request } = deployment;
  const person = await currentPerson(env, deployment, request);
  if (!person) return showOwnSignIn(env, deployment, pathOf(id, ticket));
  const connection = connectionOf(env, id);
  if (!connection) return refusalPage(UNKNOWN, 404);
  const fault = ticket === null ? null : await ticketFault(settings.keyRing, ticket, person, id);
  if (fault !== null) return refusalPage(fault, 403);
  const user = { tenant: person.tenant, subject: person.subject };
  return { env, deployment, person, user, connection, ticket };
}

function pathOf(id: string, ticket: string | null): string {
  const query = ticket === null ? '' : `?${new URLSearchParams({ ticket })}`;
  return `${connectPath(encodeURIComponent(id))}${query}`;
}
