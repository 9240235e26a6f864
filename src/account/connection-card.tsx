import { displayText } from '../auth/pages/display-text.ts';
import type { OwnConnection } from '../connect/own-connections.ts';
import { connectPath } from '../vault/connect-ticket.ts';
import type { ConnectionStatus } from '../vault/credential.ts';
import { EndForm } from './end-form.tsx';
import { Ago } from './time.tsx';

interface CardProps {
  readonly own: OwnConnection;
  readonly csrf: string;
  readonly nowMs: number;
}

/** One account of a third party that tools use: how it stands, and the way to connect or disconnect it. */
export function ConnectionCard({ own, csrf, nowMs }: CardProps) {
  const { id, connection, server, right, status } = own;
  const name = displayText(connection.name);
  const isThere = status !== null && status.state !== 'missing';
  return (
    <article class="app">
      <div class="row">
        <div>
          <h2>
            <bdi>{name}</bdi>
          </h2>
          <p class="small quiet">{ownerWords(own)}</p>
        </div>
        {isThere && right === 'may-keep' && (
          <EndForm kind="credential" id={id} csrf={csrf} label="Disconnect" what={`the account at ${name}`} />
        )}
      </div>
      <section class="connection">
        <p class={status?.state === 'dead' ? 'note' : 'small'}>{stateWords(own)}</p>
        {status && <Times status={status} nowMs={nowMs} />}
        {right === 'may-keep' && (
          <a class="button small" href={connectPath(connection.id, server)}>
            {LINKS[status?.state ?? 'missing']}
          </a>
        )}
      </section>
    </article>
  );
}

const LINKS: Readonly<Record<ConnectionStatus['state'], string>> = {
  connected: 'Look at it',
  missing: 'Connect',
  dead: 'Connect again',
};

function ownerWords({ connection: { owner }, server, servers }: OwnConnection): string {
  const users = servers.length === 0 ? 'No server uses it yet.' : `Used by ${servers.join(', ')}.`;
  const whose = {
    user: 'Your own account.',
    tenant: "Your organisation's.",
    server: `The server's (${server}).`,
  };
  return displayText(`${whose[owner]} ${users}`, 400);
}

/** What is wrong is said here before a tool fails for it. */
function stateWords({ right, status }: OwnConnection): string {
  if (status === null) return 'It cannot be looked at right now.';
  if (right === 'deployed') return 'It comes from the settings of this gateway.';
  return STATES[status.state];
}

const STATES: Readonly<Record<ConnectionStatus['state'], string>> = {
  connected: 'Connected.',
  missing: 'Not connected. A tool that needs it asks for it.',
  dead: 'No longer good: tools that need it fail until it is connected again.',
};

function Times({ status, nowMs }: { status: ConnectionStatus; nowMs: number }) {
  const { connectedAtMs, expiresAtMs } = status;
  if (connectedAtMs === null) return null;
  return (
    <p class="small quiet">
      Connected <Ago atMs={connectedAtMs} nowMs={nowMs} />
      {expiresAtMs !== null && (
        <>
          {' · '}its token {expiresAtMs > nowMs ? 'is good until' : 'was good until'}{' '}
          <time datetime={new Date(expiresAtMs).toISOString()}>{minuteOf(expiresAtMs)}</time>
        </>
      )}
    </p>
  );
}

/** RFC 3339, in UTC, to the minute. */
function minuteOf(atMs: number): string {
  return `${new Date(atMs).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}
