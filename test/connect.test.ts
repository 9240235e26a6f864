import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Page } from '../src/cli/form-browser.ts';
import { freePort } from '../src/cli/gateway-process.ts';
import { fakeSettings } from '../src/env.fake.ts';
import { sealTicket } from '../src/vault/connect-ticket.ts';
import type { Running } from './support/identity-provider.ts';
import { startTestGateway, type TestGateway } from './support/test-gateway.ts';
import {
  agreeThere,
  type RunningThirdParty,
  startThirdParty,
  THIRD_PARTY_CLIENT,
} from './support/third-party.ts';
import { WebBrowser } from './support/web-browser.ts';

const KEY_RING = JSON.stringify({ current: 'k1', keys: { k1: randomBytes(32).toString('base64url') } });
const { keyRing } = fakeSettings({ KEY_RING });
const HOSTILE = '<img src=x onerror=alert(1)>"\u202e';
const ORIGINS = ['https://api.tracker.example'];

let gateway: TestGateway;
let origin: string;
let thirdParty: RunningThirdParty;
const running: Running[] = [];

beforeAll(async () => {
  const [port, therePort, deadPort] = [await freePort(), await freePort(), await freePort()];
  thirdParty = await startThirdParty(therePort, `http://localhost:${port}`);
  running.push(thirdParty);
  const oauth = {
    issuer: thirdParty.issuer,
    clientId: THIRD_PARTY_CLIENT.id,
    clientSecret: 'TRACKER_SECRET',
    scopes: ['items:read'],
  };
  const common = { origins: ORIGINS };
  const addresses = {
    authorizationUrl: `${thirdParty.issuer}/auth`,
    tokenUrl: `${thirdParty.issuer}/token`,
  };
  const connections = [
    { ...common, id: 'tracker', name: 'Tracker', oauth, methods: ['GET'], paths: ['/items'] },
    { ...common, id: 'down', name: 'Down', oauth: { ...oauth, issuer: `http://127.0.0.1:${deadPort}` } },
    { ...common, id: 'plain', name: 'Plain', oauth: { ...addresses, clientId: 'plain', scopes: [] } },
    { ...common, id: 'search', name: 'Search', placement: { in: 'header', name: 'X-Key' } },
    { ...common, id: 'mail', name: 'Mail', placement: { in: 'basic' } },
    { ...common, id: 'shared', name: 'Shared', owner: 'tenant' },
    { ...common, id: 'deployed', name: 'Deployed', owner: 'tenant', secret: 'DEPLOYED_KEY' },
    { ...common, id: 'hostile', name: HOSTILE },
  ];
  const settings = {
    KEY_RING,
    CONNECTIONS: JSON.stringify(connections),
    TRACKER_SECRET: THIRD_PARTY_CLIENT.secret,
    DEPLOYED_KEY: 'deployed-key-of-the-test',
  };
  gateway = await startTestGateway({ port }, settings);
  running.push(gateway);
  origin = gateway.origin;
});

afterAll(async () => {
  for (const each of running) await each.stop();
});

const ticketFor = (subject: string, connection: string, ttlSeconds = 600) =>
  sealTicket(
    keyRing,
    { tenant: 'default', subject, client: 'app', connection, server: null, scopes: [] },
    ttlSeconds,
  );

/** Opens the page of a connection as somebody who signs in for it. */
async function pageOf(browser: WebBrowser, user: string, id: string, query = ''): Promise<Page> {
  const page = await browser.go(`${origin}/connect/${id}${query}`);
  return page.hasField('return_to') ? browser.submit(page, { user }) : page;
}

const connect = { action: 'connect' };

/** Goes to the third party and agrees there. */
async function callbackOf(browser: WebBrowser, user: string, id = 'tracker'): Promise<URL> {
  const page = await pageOf(browser, user, id);
  return agreeThere(browser, await browser.submitOnly(page, connect), page.url);
}

const stateOf = ({ text }: Page) => /<dt>State<\/dt><dd><bdi>([^<]*)/.exec(text)?.[1] ?? '';

describe('the page of a connection', () => {
  test('asks to sign in first, and leads back with the ticket of its link', async () => {
    const browser = new WebBrowser();
    const ticket = await ticketFor('eve', 'tracker');
    const signIn = await browser.go(`${origin}/connect/tracker?ticket=${ticket}`);
    expect(signIn.hiddenFields.return_to).toBe(`/connect/tracker?ticket=${ticket}`);
    const page = await browser.submit(signIn, { user: 'eve' });
    expect(page.url.pathname).toBe('/connect/tracker');
    expect(page.hiddenFields.ticket).toBe(ticket);
  });

  test('says what is connected, for whom, where it may go, for what, and with which scopes', async () => {
    const { text } = await pageOf(new WebBrowser(), 'bob', 'tracker');
    for (const part of [
      'Not connected',
      'Your own account',
      'https://api.tracker.example',
      'GET, /items/…',
    ]) {
      expect(text).toContain(part);
    }
    expect(text).toContain('items:read');
    expect(text).not.toContain('value="disconnect"');
  });

  test('has a strict policy, and no script', async () => {
    const browser = new WebBrowser();
    await pageOf(browser, 'bob', 'tracker');
    const response = await browser.open(`${origin}/connect/tracker`);
    const policy = response.headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toContain('script-src');
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(await response.text()).not.toContain('<script');
  });

  test('shows a name as text, whatever that is', async () => {
    const { text } = await pageOf(new WebBrowser(), 'bob', 'hostile');
    expect(text).toContain('&lt;img src=x onerror=alert(1)&gt;');
    expect(text).not.toContain('<img');
    expect(text).not.toContain('\u202e');
  });

  test('is not there for a connection that nobody defined', async () => {
    const page = await pageOf(new WebBrowser(), 'bob', 'nothing');
    expect([page.status, page.text]).toEqual([404, expect.stringContaining('There is no such connection')]);
  });
});

describe('an account at a third party', () => {
  test('is connected by PKCE, is shown as connected, and can be disconnected', async () => {
    const browser = new WebBrowser();
    const start = await browser.submitOnly(await pageOf(browser, 'eve', 'tracker'), connect);
    const asked = new URL(start.headers.get('location') ?? '').searchParams;
    expect(Object.fromEntries(asked)).toMatchObject({
      response_type: 'code',
      code_challenge_method: 'S256',
      code_challenge: expect.stringMatching(/^[\w-]{43}$/),
      redirect_uri: `${origin}/connect/callback`,
      scope: 'items:read',
    });
    const page = await browser.go(await callbackOf(browser, 'eve'));
    expect(page.url.href).toBe(`${origin}/connect/tracker?done=connected`);
    expect(page.text).toContain('Your account is connected.');
    expect(stateOf(page)).toMatch(/^Connected since \d{4}-/);
    const gone = await browser.submit(page, { action: 'disconnect' });
    expect(gone.text).toContain('The account is disconnected');
    expect(stateOf(gone)).toBe('Not connected');
  });

  test("is one person's: nobody else has it", async () => {
    const browser = new WebBrowser();
    await browser.go(await callbackOf(browser, 'ada'));
    expect(stateOf(await pageOf(browser, 'ada', 'tracker'))).toMatch(/^Connected/);
    expect(stateOf(await pageOf(new WebBrowser(), 'aidan', 'tracker'))).toBe('Not connected');
  });

  test('can be connected again', async () => {
    const browser = new WebBrowser();
    const page = await browser.go(await callbackOf(browser, 'olivia'));
    expect(page.text).toContain('Reconnect');
    const again = await browser.go(await callbackOf(browser, 'olivia'));
    expect(stateOf(again)).toMatch(/^Connected/);
  });

  test('leaves no token where it could be read: not in a page, an address, a cookie or the log', async () => {
    const browser = new WebBrowser();
    const page = await browser.go(await callbackOf(browser, 'eve'));
    expect(thirdParty.tokens.length).toBeGreaterThan(1);
    const seen = [page.text, page.url.href, browser.cookieHeader(origin), gateway.output()].join();
    for (const token of thirdParty.tokens) expect(seen).not.toContain(token);
  });
});

describe('a callback connects nothing', () => {
  const expectRefused = async (
    browser: WebBrowser,
    user: string,
    page: Page,
    status: number,
    why: RegExp,
  ) => {
    expect([page.status, page.text]).toEqual([status, expect.stringMatching(why)]);
    expect(stateOf(await pageOf(browser, user, 'tracker'))).toBe('Not connected');
  };
  const changed = (url: URL, name: string, value: string | null) => {
    const copy = new URL(url);
    if (value === null) copy.searchParams.delete(name);
    else copy.searchParams.set(name, value);
    return copy;
  };

  test.each(['x', 'a b', '../..', null])('with the state %s', async state => {
    const browser = new WebBrowser();
    const callback = await callbackOf(browser, 'bob');
    const page = await browser.go(changed(callback, 'state', state));
    await expectRefused(browser, 'bob', page, 403, /was not begun in this browser/);
  });

  test('in another browser, of the same person', async () => {
    const [browser, other] = [new WebBrowser(), new WebBrowser()];
    const callback = await callbackOf(browser, 'bob');
    await pageOf(other, 'bob', 'tracker');
    await expectRefused(other, 'bob', await other.go(callback), 403, /was not begun in this browser/);
  });

  test('after somebody else has signed in at the browser', async () => {
    const browser = new WebBrowser();
    const callback = await callbackOf(browser, 'bob');
    const other = new WebBrowser();
    await pageOf(other, 'aidan', 'tracker');
    const cookie = (name: string, of: WebBrowser) =>
      of
        .cookieHeader(origin)
        .split('; ')
        .find(each => each.startsWith(`${name}=`)) ?? '';
    const mine = browser.cookieHeader(origin).split('; ');
    const mixed = mine.filter(each => !each.startsWith('__Host-gatehouse-sign-in='));
    const headers = { cookie: [...mixed, cookie('__Host-gatehouse-sign-in', other)].join('; ') };
    const answer = await fetch(callback, { headers, redirect: 'manual' });
    const page = new Page(callback, answer.status, await answer.text());
    await expectRefused(other, 'aidan', page, 403, /Somebody else signed in at this browser/);
  });

  test('a second time', async () => {
    const browser = new WebBrowser();
    const callback = await callbackOf(browser, 'bob');
    const page = await browser.go(callback);
    await browser.submit(page, { action: 'disconnect' });
    await expectRefused(browser, 'bob', await browser.go(callback), 403, /is over already/);
  });

  test.each([
    ['is of another issuer', 'https://evil.example'],
    ['is missing', null],
  ])('whose issuer %s (RFC 9207)', async (_what, iss) => {
    const browser = new WebBrowser();
    const callback = await callbackOf(browser, 'bob');
    expect(callback.searchParams.get('iss')).toBe(thirdParty.issuer);
    const page = await browser.go(changed(callback, 'iss', iss));
    await expectRefused(browser, 'bob', page, 403, /The answer of Tracker failed a check/);
  });

  test('from another authorization server, where none was named (RFC 9700, 4.4)', async () => {
    const browser = new WebBrowser();
    const start = await browser.submitOnly(await pageOf(browser, 'bob', 'plain'), connect);
    const state = new URL(start.headers.get('location') ?? '').searchParams.get('state') ?? '';
    const query = { state, code: 'of-another', iss: 'https://other.example' };
    const page = await browser.go(`${origin}/connect/callback?${new URLSearchParams(query)}`);
    await expectRefused(
      browser,
      'bob',
      page,
      403,
      /another authorization server than the one that was asked/,
    );
  });

  test('of somebody who has signed out meanwhile', async () => {
    const browser = new WebBrowser();
    const callback = await callbackOf(browser, 'bob');
    const out = await browser.go(`${origin}/sign-out`);
    await browser.submit(out, {});
    const page = await browser.go(callback);
    expect(page.text).not.toContain('is connected');
    expect(page.hasField('return_to')).toBe(true);
  });

  test('whose code the third party does not know', async () => {
    const browser = new WebBrowser();
    const page = await browser.go(changed(await callbackOf(browser, 'bob'), 'code', 'stolen'));
    await expectRefused(
      browser,
      'bob',
      page,
      403,
      /Tracker did not confirm the connection \(invalid_grant\)/,
    );
  });

  test('that says that the person refused, and the page says so and leads back', async () => {
    const browser = new WebBrowser();
    const start = await browser.submitOnly(await pageOf(browser, 'bob', 'tracker'), connect);
    const state = new URL(start.headers.get('location') ?? '').searchParams.get('state') ?? '';
    const query = { state, iss: thirdParty.issuer, error: 'access_denied', error_description: '<b>No</b>' };
    const page = await browser.go(`${origin}/connect/callback?${new URLSearchParams(query)}`);
    expect(page.text).toContain('href="/connect/tracker"');
    expect(page.text).toContain('&lt;b&gt;No&lt;/b&gt;');
    await expectRefused(browser, 'bob', page, 403, /It says: access_denied/);
  });
});

test('a third party that cannot be reached is named, and nothing is connected', async () => {
  const browser = new WebBrowser();
  const page = await browser.submit(await pageOf(browser, 'bob', 'down'), connect);
  expect([page.status, page.text]).toEqual([
    502,
    expect.stringContaining('Down cannot be reached right now'),
  ]);
});

describe('the link of a tool call', () => {
  test('leads its user to the page, and on', async () => {
    const page = await pageOf(
      new WebBrowser(),
      'bob',
      'search',
      `?ticket=${await ticketFor('bob', 'search')}`,
    );
    expect(page.status).toBe(200);
  });

  test('is refused to anybody else, at the page and at its form, and connects nothing', async () => {
    const browser = new WebBrowser();
    const ticket = await ticketFor('ada', 'search');
    const page = await pageOf(browser, 'bob', 'search', `?ticket=${ticket}`);
    expect([page.status, page.text]).toEqual([403, expect.stringContaining('made for somebody else')]);
    const own = await pageOf(browser, 'bob', 'search');
    const posted = await browser.submit(own, { ...connect, ticket, secret: 'key-of-bob' });
    expect([posted.status, posted.text]).toEqual([403, expect.stringContaining('made for somebody else')]);
    expect(stateOf(await pageOf(browser, 'bob', 'search'))).toBe('Not connected');
  });

  test('is good for its connection only, and in its time', async () => {
    const browser = new WebBrowser();
    await pageOf(browser, 'bob', 'search');
    const tickets = [await ticketFor('bob', 'mail'), await ticketFor('bob', 'search', -1), 'x', ''];
    for (const ticket of tickets) {
      const page = await browser.go(`${origin}/connect/search?ticket=${ticket}`);
      expect([page.status, page.text]).toEqual([403, expect.stringContaining('This link is too old')]);
    }
  });

  test('signs nobody in', async () => {
    const page = await new WebBrowser().go(
      `${origin}/connect/search?ticket=${await ticketFor('bob', 'search')}`,
    );
    expect(page.hasField('return_to')).toBe(true);
  });
});

describe('a credential that is entered', () => {
  test('is taken by a form whose fields hide it, and is never sent back', async () => {
    const browser = new WebBrowser();
    const page = await pageOf(browser, 'eve', 'search');
    expect(page.text).toMatch(/<input type="password" name="secret" required/);
    const done = await browser.submit(page, { ...connect, secret: ' key-of-eve-1234 ' });
    expect(stateOf(done)).toMatch(/^Connected since/);
    expect(done.text).not.toContain('key-of-eve');
    expect(gateway.output()).not.toContain('key-of-eve');
  });

  test('has a user name where it is basic', async () => {
    const browser = new WebBrowser();
    const page = await pageOf(browser, 'eve', 'mail');
    const refused = await browser.submit(page, { ...connect, username: 'a:b', password: 'pass-of-eve' });
    expect([refused.status, refused.text]).toEqual([403, expect.stringContaining('must not have a colon')]);
    expect(refused.text).not.toContain('pass-of-eve');
    const done = await browser.submit(page, { ...connect, username: 'eve', password: 'pass-of-eve' });
    expect(stateOf(done)).toMatch(/^Connected/);
  });

  test.each([
    ['', 'is empty'],
    ['a\nb', 'must be one line of text'],
    ['x'.repeat(4097), 'is longer than 4096 characters'],
  ])('is refused where it cannot be one (%#)', async (secret, why) => {
    const browser = new WebBrowser();
    const page = await browser.submit(await pageOf(browser, 'aidan', 'search'), { ...connect, secret });
    expect([page.status, page.text]).toEqual([403, expect.stringContaining(why)]);
    expect(stateOf(await pageOf(browser, 'aidan', 'search'))).toBe('Not connected');
  });
});

describe("an organisation's credential", () => {
  test('is for operators and administrators to set, and there for all', async () => {
    const [operator, member] = [new WebBrowser(), new WebBrowser()];
    const page = await pageOf(member, 'bob', 'shared');
    expect(page.text).toContain('An operator or administrator connects it.');
    const tried = await member.submit(page, {
      ...(await fieldsOf(member)),
      ...connect,
      secret: 'key-of-bob',
    });
    expect([tried.status, tried.text]).toEqual([403, expect.stringContaining('not yours to change')]);
    expect(stateOf(await pageOf(member, 'bob', 'shared'))).toBe('Not connected');
    await operator.submit(await pageOf(operator, 'olivia', 'shared'), { ...connect, secret: 'key-of-all' });
    expect(stateOf(await pageOf(member, 'bob', 'shared'))).toMatch(/^Connected/);
    const ended = await member.submit(page, { ...(await fieldsOf(member)), action: 'disconnect' });
    expect(ended.status).toBe(403);
    expect(stateOf(await pageOf(operator, 'olivia', 'shared'))).toMatch(/^Connected/);
  });

  test('that comes from the settings is nobody’s to change here', async () => {
    const browser = new WebBrowser();
    const page = await pageOf(browser, 'ada', 'deployed');
    expect(page.text).toContain('comes from the settings of this gateway');
    expect(page.text).not.toContain('deployed-key-of-the-test');
    const tried = await browser.submit(page, { ...(await fieldsOf(browser)), ...connect, secret: 'x' });
    expect(tried.status).toBe(403);
  });

  /** The form token of this browser, which a page without a form does not show. */
  const fieldsOf = async (browser: WebBrowser) => (await browser.go(`${origin}/connect/search`)).hiddenFields;
});

describe('a form of the page', () => {
  test.each([
    ['of another site', { origin: 'https://evil.example' }, {}],
    ['that another site sent here', { 'sec-fetch-site': 'cross-site' }, {}],
    ['without its token', {}, { csrf: '' }],
    ["with another browser's token", {}, { csrf: 'x' }],
  ])('%s is refused', async (_what, headers, fields) => {
    const browser = new WebBrowser();
    const page = await pageOf(browser, 'aidan', 'search');
    const body = new URLSearchParams({ ...page.hiddenFields, ...connect, secret: 'k', ...fields });
    const init = { method: 'POST', headers: { origin, ...headers }, body };
    expect((await browser.open(`${origin}/connect/search`, init)).status).toBe(403);
    expect(stateOf(await pageOf(browser, 'aidan', 'search'))).toBe('Not connected');
  });

  test('that asks for nothing is refused', async () => {
    const browser = new WebBrowser();
    const page = await browser.submit(await pageOf(browser, 'aidan', 'search'), { action: 'toString' });
    expect([page.status, page.text]).toEqual([403, expect.stringContaining('asks for nothing')]);
  });

  test('connects nothing by GET', async () => {
    const browser = new WebBrowser();
    await pageOf(browser, 'aidan', 'search');
    const page = await browser.go(`${origin}/connect/search?action=connect&secret=k`);
    expect(stateOf(page)).toBe('Not connected');
  });
});
