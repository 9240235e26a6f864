import { ADDRESS_LENGTH, displayText } from '../auth/pages/display-text.ts';
import type { ConnectedSession } from '../grants/connections.ts';
import type { ConnectedApp, ConnectionShown } from './connected-app.ts';
import { EndForm } from './end-form.tsx';
import { Ago } from './time.tsx';

/** More sessions than these are counted only; to disconnect ends them all. */
const MAX_SESSIONS = 20;

/** Some lines: the scopes of many servers are cut. */
const ABILITIES_LENGTH = 400;

interface Shared {
  readonly csrf: string;
  readonly nowMs: number;
}

/** One client: who it is, its installations with what they may do, and how to end it. */
export function AppCard({ app, csrf, nowMs }: Shared & { app: ConnectedApp }) {
  const name = displayText(app.name ?? '') || displayText(app.host ?? '', ADDRESS_LENGTH) || 'Nameless app';
  const isSeveral = app.connections.length > 1;
  return (
    <article class="app">
      <div class="row">
        <div>
          <h2>
            <bdi>{name}</bdi>
          </h2>
          <Origin app={app} />
        </div>
        <EndForm
          kind="client"
          id={app.id}
          csrf={csrf}
          label={isSeveral ? 'Disconnect all' : 'Disconnect'}
          what={name}
        />
      </div>
      {app.connections.map((connection, index) => (
        <ConnectionPart
          connection={connection}
          csrf={csrf}
          nowMs={nowMs}
          name={isSeveral ? `${name}, connection ${index + 1}` : null}
        />
      ))}
    </article>
  );
}

/** What the name is worth. A host is proven by the client's id, a name by nothing. */
function Origin({ app: { name, host } }: { app: ConnectedApp }) {
  if (host === null && name === null) return null;
  return (
    <p class="small quiet">
      {host === null ? 'The app chose this name itself.' : <bdi>{displayText(host, ADDRESS_LENGTH)}</bdi>}
    </p>
  );
}

/** One installation. It has a button of its own where its client has several, and then a `name`. */
function ConnectionPart({
  connection,
  csrf,
  nowMs,
  name,
}: Shared & { connection: ConnectionShown; name: string | null }) {
  const { id, place, abilities, connectedAtMs, lastUsedAtMs, sessions } = connection;
  return (
    <section class="connection">
      <div class="row">
        <h3>
          <bdi>{displayText(place, ADDRESS_LENGTH)}</bdi>
        </h3>
        {name !== null && <EndForm kind="connection" id={id} csrf={csrf} label="Disconnect" what={name} />}
      </div>
      <p class="small">
        May <bdi>{displayText(abilities.join('; '), ABILITIES_LENGTH)}</bdi>.
      </p>
      <p class="small quiet">
        Connected <Ago atMs={connectedAtMs} nowMs={nowMs} />
        {' · '}
        {lastUsedAtMs === null ? (
          'never used'
        ) : (
          <>
            last used <Ago atMs={lastUsedAtMs} nowMs={nowMs} />
          </>
        )}
      </p>
      <Sessions sessions={sessions} csrf={csrf} nowMs={nowMs} />
    </section>
  );
}

function Sessions({ sessions, csrf, nowMs }: Shared & { sessions: readonly ConnectedSession[] }) {
  if (sessions.length === 0) return null;
  const more = sessions.length - MAX_SESSIONS;
  return (
    <>
      <h4>{sessions.length === 1 ? '1 open session' : `${sessions.length} open sessions`}</h4>
      <ul class="sessions">
        {sessions.slice(0, MAX_SESSIONS).map(session => (
          <li class="row">
            <div class="small">
              <bdi>{sessionName(session)}</bdi>
              <p class="quiet">
                Opened <Ago atMs={session.openedAtMs} nowMs={nowMs} /> · last used{' '}
                <Ago atMs={session.lastUsedAtMs} nowMs={nowMs} />
              </p>
            </div>
            <EndForm
              kind="session"
              id={session.id}
              csrf={csrf}
              label="End"
              what={`the session of ${sessionName(session)}`}
            />
          </li>
        ))}
      </ul>
      {more > 0 && <p class="small quiet">And {more} more. To disconnect ends them all.</p>}
    </>
  );
}

/** What the client called itself, or what the requests of one without a session are. */
function sessionName({ client }: ConnectedSession): string {
  if (client === null) return 'Requests without a session';
  return displayText(`${client.name} ${client.version}`) || 'Nameless client';
}
