import { PersonHeader } from '../auth/pages/person-header.tsx';
import type { OwnConnection } from '../connect/own-connections.ts';
import { AppCard } from './app-card.tsx';
import type { ConnectedApp } from './connected-app.ts';
import { ConnectionCard } from './connection-card.tsx';

/** What the page shows and its forms post back. */
export interface AccountProps {
  /** Who is signed in. */
  readonly name: string;
  readonly apps: readonly ConnectedApp[];
  /** The accounts of third parties that tools use. */
  readonly connections: readonly OwnConnection[];
  /** What was just done, if anything. */
  readonly notice: string | null;
  /** The token that binds the forms to this browser. */
  readonly csrf: string;
  /** Unix time in milliseconds. */
  readonly nowMs: number;
}

/** What a person has connected, what it may do, and the buttons that end it. */
export function AccountPage({ name, apps, connections, notice, csrf, nowMs }: AccountProps) {
  return (
    <>
      <PersonHeader
        title="Connected apps"
        person={name}
        link={{ href: '/sign-out', text: 'Sign out' }}
        notice={notice}
      />
      {apps.length === 0 ? <Nothing /> : <Apps apps={apps} csrf={csrf} nowMs={nowMs} />}
      {connections.length > 0 && <Accounts connections={connections} csrf={csrf} nowMs={nowMs} />}
    </>
  );
}

function Apps({ apps, csrf, nowMs }: Pick<AccountProps, 'apps' | 'csrf' | 'nowMs'>) {
  return (
    <ul class="apps">
      {apps.map(app => (
        <li>
          <AppCard app={app} csrf={csrf} nowMs={nowMs} />
        </li>
      ))}
    </ul>
  );
}

function Accounts({ connections, csrf, nowMs }: Pick<AccountProps, 'connections' | 'csrf' | 'nowMs'>) {
  return (
    <>
      <header>
        <h1>Accounts that tools use</h1>
        <p class="quiet">Tools act with them on your behalf. Neither tools nor apps see their credentials.</p>
      </header>
      <ul class="apps">
        {connections.map(own => (
          <li>
            <ConnectionCard own={own} csrf={csrf} nowMs={nowMs} />
          </li>
        ))}
      </ul>
    </>
  );
}

function Nothing() {
  return (
    <p>
      Nothing is connected. Give your agent the address of this gateway, ending in <code>/mcp</code>: it will
      send you here to sign in, and appears on this page once you have allowed it.
    </p>
  );
}
