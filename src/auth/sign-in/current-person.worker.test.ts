import { applyD1Migrations, SELF } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { CookieJar } from '../../cli/cookie-jar.ts';
import { Page } from '../../cli/form-browser.ts';
import { deploymentOf } from '../../deployment.ts';
import { type Env, settingsOf } from '../../env.ts';
import { faultLog } from '../../errors.fake.ts';
import type { Consent, ConsentBook, ConsentSubject } from '../../grants/consents.ts';
import type { GrantRecord, GrantStore } from '../../grants/grant-store.ts';
import type { Proof } from '../../grants/proof.ts';
import { type UserAccess, userAccessOf } from '../../grants/user-access.ts';
import { authRoutes } from '../routes.tsx';
import { currentPerson } from './current-person.ts';
import { signInCookie } from './sign-in.ts';

const bindings = env as unknown as Env & { MIGRATIONS: Parameters<typeof applyD1Migrations>[1] };
const ORIGIN = 'http://localhost';
const BOB = { tenant: 'default', subject: 'bob' };
const access = userAccessOf(bindings, BOB);

/** A browser at this Worker, without a network. */
class Browser {
  readonly #cookies = new CookieJar();

  get cookie(): string {
    return this.#cookies.header;
  }

  async open(url: URL, init: RequestInit = {}): Promise<Page> {
    const headers = { ...init.headers, cookie: this.cookie };
    const response = await SELF.fetch(url, { ...init, headers, redirect: 'manual' });
    this.#cookies.keep(response);
    const location = response.headers.get('location');
    const redirect = location === null ? undefined : new URL(location, url);
    return new Page(url, response.status, await response.text(), redirect);
  }

  submit(page: Page, fields: Readonly<Record<string, string>>): Promise<Page> {
    const body = new URLSearchParams({ ...page.hiddenFields, ...fields });
    return this.open(new URL(page.action, page.url), { method: 'POST', headers: { origin: ORIGIN }, body });
  }

  /** Signs bob in, on the way to an authorization request. */
  async signIn(): Promise<Page> {
    return this.submit(await this.open(url), { user: 'bob' });
  }
}

/** Accounts in which all access ends just when a grant is written. */
function endingOnGrant(): Env['ACCOUNT'] {
  const getByName = (name: string) => {
    const account = bindings.ACCOUNT.getByName(name) as unknown as GrantStore & ConsentBook & UserAccess;
    return {
      isProofGood: (proof: Proof) => account.isProofGood(proof),
      rememberConsent: (subject: ConsentSubject, consent: Consent, signIn: Proof) =>
        account.rememberConsent(subject, consent, signIn),
      async writeGrant(key: string, record: GrantRecord) {
        await account.endUser(BOB);
        await account.writeGrant(key, record);
      },
    };
  };
  return { getByName } as unknown as Env['ACCOUNT'];
}

let url: URL;

beforeAll(() => applyD1Migrations(bindings.DB, bindings.MIGRATIONS));

beforeEach(async () => {
  await access.restoreUser(BOB);
  const registration = await SELF.fetch(`${ORIGIN}/oauth/register`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      redirect_uris: ['https://app.example/callback'],
      token_endpoint_auth_method: 'none',
    }),
  });
  const { client_id } = (await registration.json()) as { client_id: string };
  url = new URL('/authorize', ORIGIN);
  url.search = new URLSearchParams({
    response_type: 'code',
    client_id,
    redirect_uri: 'https://app.example/callback',
    state: 'state',
    code_challenge: 'a'.repeat(43),
    code_challenge_method: 'S256',
  }).toString();
});

const isConsent = (page: Page) => page.hasField('handle');
const isSignIn = (page: Page) => page.hasField('return_to');

describe('a sign-in that was ended', () => {
  test('is asked for again, and its cookie goes', async () => {
    const browser = new Browser();
    await browser.signIn();
    expect(isConsent(await browser.open(url))).toBe(true);
    await access.endUser(BOB);
    expect(browser.cookie).toContain('gatehouse-sign-in=');
    expect(isSignIn(await browser.open(url))).toBe(true);
    expect(browser.cookie).not.toContain('gatehouse-sign-in=');
  });

  test('approves nothing, though its page was shown before', async () => {
    const browser = new Browser();
    await browser.signIn();
    const page = await browser.open(url);
    await access.endUser(BOB);
    const answer = await browser.submit(page, { decision: 'approve' });
    expect([answer.status, answer.redirect]).toEqual([403, undefined]);
    expect(answer.text).toContain('You are signed out');
  });

  test('gives no code away, though it was good when the consent began', async () => {
    const browser = new Browser();
    await browser.signIn();
    const page = await browser.open(url);
    const body = new URLSearchParams({ ...page.hiddenFields, decision: 'approve' });
    const headers = { origin: ORIGIN, cookie: browser.cookie };
    const answer = await authRoutes.fetch(
      new Request(url, { method: 'POST', headers, body }),
      { ...bindings, ACCOUNT: endingOnGrant() },
      { waitUntil() {}, passThroughOnException() {} } as unknown as ExecutionContext,
    );
    expect([answer.status, answer.headers.get('location')]).toEqual([403, null]);
  });

  test('leaves no consent behind that was given while it ended', async () => {
    const browser = new Browser();
    await browser.signIn();
    const page = await browser.open(url);
    const body = new URLSearchParams({ ...page.hiddenFields, decision: 'approve' });
    const headers = { origin: ORIGIN, cookie: browser.cookie };
    await authRoutes.fetch(
      new Request(url, { method: 'POST', headers, body }),
      { ...bindings, ACCOUNT: endingOnGrant() },
      { waitUntil() {}, passThroughOnException() {} } as unknown as ExecutionContext,
    );
    const next = new Browser();
    await next.signIn();
    expect(isConsent(await next.open(url))).toBe(true);
  });

  test('can be followed by a new one at once', async () => {
    const browser = new Browser();
    await browser.signIn();
    await access.endUser(BOB);
    await browser.signIn();
    const answer = await browser.submit(await browser.open(url), { decision: 'approve' });
    expect(answer.redirect?.searchParams.get('code')).toBeTruthy();
  });
});

test('who is suspended is told so after proving who they are, and is not signed in', async () => {
  const browser = new Browser();
  await access.suspendUser(BOB);
  const page = await browser.signIn();
  expect([page.status, page.redirect]).toEqual([403, undefined]);
  expect(page.text).toContain('Your access to this gateway is suspended');
  expect(isSignIn(await browser.open(url))).toBe(true);
});

describe('the current person', () => {
  const ask = async (browser: Browser, changes: Partial<Env> = {}) => {
    const request = new Request(url, { headers: { cookie: browser.cookie } });
    return currentPerson({ ...bindings, ...changes }, await deploymentOf(bindings, request), request);
  };

  test('is who signed in, and nobody without a sign-in', async () => {
    const browser = new Browser();
    expect(await ask(browser)).toBeNull();
    await browser.signIn();
    expect(await ask(browser)).toMatchObject({ ...BOB, roles: ['member'] });
  });

  test('is nobody where the account cannot be asked', async () => {
    const browser = new Browser();
    await browser.signIn();
    const faults = faultLog();
    const ACCOUNT = {
      getByName: () => ({
        isProofGood: async () => {
          throw new Error('down');
        },
      }),
    };
    expect(await ask(browser, { ACCOUNT: ACCOUNT as unknown as Env['ACCOUNT'] })).toBeNull();
    expect(faults()).toMatchObject([{ event: 'sign_in_not_checked' }]);
  });
});

describe('a sign-in cookie is good for nobody', () => {
  const ask = async (cookie: string, changes: Partial<Env>) => {
    const env = { ...bindings, ...changes };
    const request = new Request(url, { headers: { cookie } });
    return currentPerson(env, await deploymentOf(env, request), request);
  };

  test('where its identity was one of development, and the gateway is in production', async () => {
    const browser = new Browser();
    await browser.signIn();
    expect(await ask(browser.cookie, { GATEHOUSE_ENV: 'production' })).toBeNull();
  });

  test('where its identity provider is no longer in the settings', async () => {
    const person = { tenant: 'acme', subject: 'gone|carol', roles: ['administrator'] as const };
    const cookie = await signInCookie(settingsOf(bindings), {
      ...person,
      signedInAtMs: Date.now(),
      signInId: 'id',
    });
    expect(await ask(cookie.split(';')[0] ?? '', { OIDC_PROVIDERS: '[]' })).toBeNull();
  });
});

test('a client that is gone by the time of the answer is refused on a page', async () => {
  const browser = new Browser();
  await browser.signIn();
  const page = await browser.open(url);
  await bindings.OAUTH_KV.delete(`client:${url.searchParams.get('client_id')}`);
  const answer = await browser.submit(page, { decision: 'approve' });
  expect(answer.status).toBe(403);
});

test('a copy of a sign-in cookie is worthless once its person has signed out', async () => {
  const browser = new Browser();
  await browser.signIn();
  const copy = new Request(url, { headers: { cookie: browser.cookie } });
  await browser.submit(await browser.open(new URL('/sign-out', ORIGIN)), {});
  expect(await currentPerson(bindings, await deploymentOf(bindings, copy), copy)).toBeNull();
});
