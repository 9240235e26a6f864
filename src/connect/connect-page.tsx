import { ADDRESS_LENGTH, displayText } from '../auth/pages/display-text.ts';
import { Icon } from '../auth/pages/icon.tsx';
import type { ConnectionStatus } from '../vault/credential.ts';
import type { KeepingRight } from '../vault/keeping-rights.ts';
import { ConnectForm, DisconnectForm, type FormProps } from './connect-forms.tsx';
import { askedScopes } from './third-party.ts';

/** Some lines: long lists are cut. */
const LIST_LENGTH = 400;

/** What the page of a connection shows, and its forms post back. */
export interface ConnectProps extends FormProps {
  /** Who is signed in. */
  readonly person: string;
  /** The name of the client whose tool call led here; null where none did. */
  readonly askedBy: string | null;
  /** The titles of the servers that use it. */
  readonly servers: readonly string[];
  readonly right: KeepingRight;
  readonly status: ConnectionStatus;
  /** What the call that led here needs beside the connection's own scopes. A stranger named them. */
  readonly scopes: readonly string[];
  /** What was just done, if anything. */
  readonly notice: string | null;
}

/** What is connected, for which servers, where its credential may go, and the buttons that set and end it. */
export function ConnectPage(props: ConnectProps) {
  const { connection, person, askedBy, notice, right, scopes, status } = props;
  return (
    <>
      <header>
        <h1>
          Connect <bdi>{displayText(connection.name)}</bdi>
        </h1>
        <p class="quiet">
          Signed in as <bdi>{displayText(person)}</bdi>. <a href="/account">What you have connected</a>
        </p>
      </header>
      {askedBy !== null && (
        <p class="note">
          <bdi>{displayText(askedBy)}</bdi> called a tool that needs it. The tool uses your account; the app
          never sees the credential.
        </p>
      )}
      {notice !== null && (
        <p class="done" role="status">
          <Icon name="check" />
          <span>{notice}</span>
        </p>
      )}
      {scopes.length > 0 && (
        <p class="note">
          The call needs more rights than the account was connected with. Connect again to ask for them; go on
          only if you want to grant them.
        </p>
      )}
      <Facts {...props} />
      {right === 'may-keep' ? <Forms {...props} /> : <p class="note">{WORDS[right]}</p>}
      {status.state === 'connected' && (
        <p class="small quiet">You may close this page. A tool that waited for this goes on by itself.</p>
      )}
    </>
  );
}

const WORDS: Readonly<Record<Exclude<KeepingRight, 'may-keep'>, string>> = {
  'others-keep': 'This belongs to your organisation. An operator or administrator connects it.',
  deployed: 'This comes from the settings of this gateway. Whoever runs it can change it there.',
};

function ownerWords({ owner }: ConnectProps['connection'], server: string | null): string {
  if (owner === 'user') return 'Your own account. Nobody else uses it.';
  if (owner === 'tenant') return 'Your organisation: all of its members use it.';
  return `The server "${server}" of your organisation: all who call it use it.`;
}

const STATES: Readonly<Record<ConnectionStatus['state'], string>> = {
  connected: 'Connected',
  missing: 'Not connected',
  dead: 'No longer good: connect again',
};

function Facts({ connection, server, servers, status, right, scopes }: ConnectProps) {
  const { origins, methods, paths, oauth } = connection;
  const limits = [...methods, ...paths.map(path => `${path}/…`)];
  return (
    <dl class="facts">
      <Fact name="State" values={[right === 'deployed' ? 'Set up' : stateWords(status)]} />
      <Fact name="Whose it is" values={[ownerWords(connection, server)]} />
      <Fact name="Used by" values={servers.length > 0 ? servers : ['no server yet']} />
      <Fact name="Sent only to" values={origins} />
      {limits.length > 0 && <Fact name="Only for" values={limits} />}
      {oauth && <Fact name="Asks for" values={wordsOf(askedScopes(oauth, scopes))} />}
    </dl>
  );
}

function wordsOf(scopes: readonly string[]): readonly string[] {
  return scopes.length > 0 ? scopes : ['no scopes'];
}

function Fact({ name, values }: { name: string; values: readonly string[] }) {
  const length = values.length === 1 ? ADDRESS_LENGTH : LIST_LENGTH;
  return (
    <div>
      <dt>{name}</dt>
      <dd>
        <bdi>{displayText(values.join(', '), length)}</bdi>
      </dd>
    </div>
  );
}

function stateWords({ state, connectedAtMs, expiresAtMs }: ConnectionStatus): string {
  const since = state === 'connected' && connectedAtMs !== null ? ` since ${day(connectedAtMs)}` : '';
  const until = state === 'connected' && expiresAtMs !== null ? `, until ${day(expiresAtMs)}` : '';
  return `${STATES[state]}${since}${until}`;
}

/** RFC 3339, in UTC, to the minute. */
function day(atMs: number): string {
  return `${new Date(atMs).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}

function Forms(props: ConnectProps) {
  const isThere = props.status.state !== 'missing';
  return (
    <>
      <ConnectForm {...props} isAgain={isThere} />
      {isThere && <DisconnectForm {...props} />}
    </>
  );
}
