import { runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { type Env, settingsOf } from '../src/env.ts';
import { authorizationServer } from '../src/grants/authorization-server.ts';
import { accountOf, withGrantStores } from '../src/grants/grant-store.ts';
import { type GrantProps, newInstallation } from '../src/grants/installation.ts';
import { sessionIndexOf } from '../src/grants/open-sessions.ts';
import type { CheckingEnv } from '../src/grants/refresh-check.ts';
import { signInRegisterOf } from '../src/grants/sign-in-register.ts';
import { userAccessOf } from '../src/grants/user-access.ts';
import { userIdOf } from '../src/grants/user-id.ts';
import { accountObjectName } from '../src/session-key/internal-bearer.ts';
import type { Account } from './account.ts';

const bindings = env as unknown as Env;
const settings = settingsOf(bindings);
const SITE = { origin: 'http://localhost', servers: ['memory'] };
const RESOURCE = 'http://localhost/mcp/memory';
const REDIRECT_URI = 'https://app.example/callback';
const VERIFIER = 'a'.repeat(43);
const CTX = { waitUntil() {}, passThroughOnException() {} } as unknown as ExecutionContext;
const TABLES = ['grant_record', 'installation_session', 'redemption', 'upstream_identity'];

/** An app that a user has consented to, with a code that it can redeem. */
export interface ConsentedApp {
  readonly client: string;
  readonly code: string;
  readonly installation: string;
}

/** An app that has redeemed its code. */
export interface ConnectedApp {
  readonly client: string;
  readonly accessToken: string;
  readonly refreshToken: string;
}

let users = 0;

/** A user with an account of their own, in workerd, as the authorization library and the edge meet it. */
export class TestUser {
  readonly owner: { readonly tenant: string; readonly subject: string };
  readonly server = authorizationServer(SITE, settings);

  constructor(prefix = '') {
    users += 1;
    this.owner = { tenant: 'default', subject: `${prefix}user-${users}` };
  }

  get access() {
    return userAccessOf(bindings, this.owner);
  }

  get signIns() {
    return signInRegisterOf(bindings, this.owner);
  }

  /** Grants as our consent page does. */
  async consent(): Promise<ConsentedApp> {
    const helpers = this.server.getOAuthApi(withGrantStores(bindings));
    const registration = { redirectUris: [REDIRECT_URI], tokenEndpointAuthMethod: 'none' };
    const { clientId: client } = await helpers.createClient(registration);
    const installation = newInstallation();
    const { redirectTo } = await helpers.completeAuthorization({
      request: await authorizationRequest(client),
      userId: userIdOf(settings.keyRing, this.owner),
      metadata: { installation: installation.id },
      scope: ['mcp'],
      props: { ...this.owner, roles: ['member'], installation } satisfies GrantProps,
      revokeExistingGrants: false,
    });
    const code = new URL(redirectTo).searchParams.get('code') ?? '';
    return { client, code, installation: installation.id };
  }

  redeem({ client, code }: ConsentedApp): Promise<Response> {
    const fields = { client_id: client, code, code_verifier: VERIFIER, redirect_uri: REDIRECT_URI };
    return this.#serve(tokenRequest({ grant_type: 'authorization_code', ...fields }));
  }

  /** Connects an app, and opens a session by it. */
  async connect(): Promise<ConnectedApp> {
    const app = await this.consent();
    const tokens = (await (await this.redeem(app)).json()) as Record<string, string>;
    await this.openSession(app.installation);
    const { access_token: accessToken = '', refresh_token: refreshToken = '' } = tokens;
    return { client: app.client, accessToken, refreshToken };
  }

  /** Takes note of a session as its object does. */
  openSession(installationId: string): Promise<boolean> {
    const object = `session of ${installationId}`;
    const session = { object, installationId, resource: RESOURCE, revision: '2026-07-28', client: null };
    return sessionIndexOf(bindings, this.owner).openedSession(this.owner, session);
  }

  /** Loses what is known of the provider that the user signed in at. */
  async forgetSignIn(): Promise<void> {
    await runInDurableObject(this.#stub, (_account, { storage: { sql } }) => {
      sql.exec('DELETE FROM upstream_identity');
    });
  }

  refresh(app: ConnectedApp): Promise<Response> {
    return this.#serve(refreshRequest(app));
  }

  /** Refreshes as the account's desk does, with something of the environment changed. */
  refreshWith(app: ConnectedApp, change: (account: Account) => Partial<CheckingEnv>) {
    return runInDurableObject(this.#stub, async (account: Account) => {
      const desk = { ...withGrantStores(bindings, () => account), ...change(account) };
      const response = await this.server.fetch(refreshRequest(app), desk, CTX);
      return { status: response.status, body: (await response.json()) as Record<string, string> };
    });
  }

  /** What an access token opens; null for one that opens nothing. */
  async propsOf(accessToken: string): Promise<GrantProps | null> {
    const validated = await this.server.validateToken(RESOURCE, accessToken, withGrantStores(bindings));
    return (validated?.props as GrantProps | undefined) ?? null;
  }

  /** How many rows of the account give access, or hold something that does. */
  rowsOfAccess(): Promise<number> {
    return runInDurableObject(this.#stub, (_account, { storage: { sql } }) => {
      const known = sql.exec<{ name: string }>('SELECT name FROM sqlite_master').toArray();
      return TABLES.filter(table => known.some(({ name }) => name === table))
        .map(table => sql.exec<{ rows: number }>(`SELECT COUNT(*) AS rows FROM ${table}`).one().rows)
        .reduce((sum, rows) => sum + rows, 0);
    });
  }

  get #stub(): DurableObjectStub<Account> {
    const { tenant, subject } = this.owner;
    const stub: unknown = bindings.ACCOUNT.getByName(accountObjectName(tenant, subject));
    return stub as DurableObjectStub<Account>;
  }

  #serve(request: Request): Promise<Response> {
    return accountOf(bindings, this.owner).serveTokenRequest(request, {
      owner: this.owner,
      site: SITE,
      proven: null,
    });
  }
}

async function authorizationRequest(clientId: string) {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(VERIFIER));
  return {
    responseType: 'code',
    clientId,
    redirectUri: REDIRECT_URI,
    scope: ['mcp'],
    state: 'state',
    resource: RESOURCE,
    codeChallenge: Buffer.from(digest).toString('base64url'),
    codeChallengeMethod: 'S256',
  };
}

function refreshRequest({ client, refreshToken }: ConnectedApp): Request {
  return tokenRequest({ grant_type: 'refresh_token', client_id: client, refresh_token: refreshToken });
}

function tokenRequest(fields: Readonly<Record<string, string>>): Request {
  return new Request('http://localhost/oauth/token', { method: 'POST', body: new URLSearchParams(fields) });
}
