import { displayText } from '../auth/pages/display-text.ts';
import { renderPage } from '../auth/pages/page.tsx';
import { refusalPage } from '../auth/refusal.tsx';
import type { ServerEntry } from '../catalog/catalog.ts';
import { connectPath } from '../vault/connect-ticket.ts';
import type { Connection } from '../vault/connection.ts';

const UNKNOWN = 'No server of that name uses this connection.';
const UNUSED = 'Servers own the credentials of this connection, and there is none yet that uses it.';

/** The servers that declare a connection. */
export function usersOf(catalog: readonly ServerEntry[], { id }: Connection): readonly ServerEntry[] {
  return catalog.filter(({ connections }) => connections.includes(id));
}

/**
 * Whose credential of a connection is meant: null unless servers own those; else the server that is asked for, or the only
 * one. Where there are several, a page lets the person choose.
 */
export function chooseServer(
  catalog: readonly ServerEntry[],
  connection: Connection,
  asked: string | null,
): string | null | Response | Promise<Response> {
  if (connection.owner !== 'server') return null;
  const users = usersOf(catalog, connection);
  const [first] = users;
  if (!first) return refusalPage(UNUSED, 404);
  if (asked === null) return users.length === 1 ? first.name : choicePage(connection, users);
  return users.some(({ name }) => name === asked) ? asked : refusalPage(UNKNOWN, 404);
}

function choicePage(connection: Connection, users: readonly ServerEntry[]) {
  const body = (
    <>
      <h1>
        Connect <bdi>{displayText(connection.name)}</bdi>
      </h1>
      <p>Each server has a credential of its own. Choose one.</p>
      <ul>
        {users.map(({ name, title }) => (
          <li>
            <a href={connectPath(connection.id, name)}>
              <bdi>{displayText(title)}</bdi>
            </a>
          </li>
        ))}
      </ul>
    </>
  );
  return renderPage({ title: `Connect ${connection.name}`, body });
}
