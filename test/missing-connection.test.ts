import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Page } from '../src/cli/form-browser.ts';
import { freePort } from '../src/cli/gateway-process.ts';
import { SDK_1 } from './support/sdk-1.ts';
import { SDK_2, SDK_2_LEGACY } from './support/sdk-2.ts';
import {
  type ClientLine,
  LINK_CAPABILITIES,
  type Link,
  signIn,
  type TestClient,
} from './support/test-client.ts';
import { startTestGateway, type TestGateway } from './support/test-gateway.ts';
import {
  agreeThere,
  LETTERS_KEY,
  type RunningThirdParty,
  startThirdParty,
  THIRD_PARTY_CLIENT,
} from './support/third-party.ts';
import { WebBrowser } from './support/web-browser.ts';

let gateway: TestGateway;
let thirdParty: RunningThirdParty;

beforeAll(async () => {
  const [port, therePort] = [await freePort(), await freePort()];
  thirdParty = await startThirdParty(therePort, `http://localhost:${port}`);
  const there = thirdParty.issuer;
  const oauth = {
    issuer: there,
    clientId: THIRD_PARTY_CLIENT.id,
    clientSecret: 'TRACKER_SECRET',
    scopes: ['items:read'],
  };
  const connections = [
    { id: 'tracker', name: 'Tracker', origins: [there], paths: ['/items'], oauth },
    {
      id: 'letters',
      name: 'Letters',
      origins: [there],
      paths: ['/letters'],
      placement: { in: 'header', name: 'X-Key' },
    },
  ];
  const settings = {
    KEY_RING: JSON.stringify({ current: 'k1', keys: { k1: randomBytes(32).toString('base64url') } }),
    CONNECTIONS: JSON.stringify(connections),
    TRACKER_SECRET: THIRD_PARTY_CLIENT.secret,
    SERVER_SETTINGS: JSON.stringify({ issues: { TRACKER_URL: there, LETTERS_URL: there } }),
    EGRESS_ALLOW_LOOPBACK: 'true',
  };
  gateway = await startTestGateway({ port }, settings, { hasTestServers: true });
});

afterAll(async () => {
  await gateway.stop();
  await thirdParty.stop();
});

const clientOf = (line: ClientLine, user: string, capabilities = LINK_CAPABILITIES) =>
  signIn(line, new URL('/mcp/issues', gateway.origin), user, capabilities);

/** Opens a link as somebody who signs in for it. */
async function opened(browser: WebBrowser, user: string, url: string): Promise<Page> {
  const page = await browser.go(url);
  return page.hasField('return_to') ? browser.submit(page, { user }) : page;
}

/** Opens a link and connects there, at the third party or by a key. */
async function connectAt(user: string, url: string): Promise<Page> {
  const browser = new WebBrowser();
  const page = await opened(browser, user, url);
  if (page.hasField('secret')) return browser.submit(page, { action: 'connect', secret: LETTERS_KEY });
  const answer = await browser.submitOnly(page, { action: 'connect' });
  return browser.go(await agreeThere(browser, answer, page.url));
}

/** Has the person of a client connect as soon as they are asked, and remembers what they were asked. */
function connects(client: TestClient, user: string): Link[] {
  const links: Link[] = [];
  client.person.open = async link => {
    links.push(link);
    await connectAt(user, link.url);
    return { action: 'accept' };
  };
  return links;
}

const text = (value: string) => [{ type: 'text', text: value }];
const lines = [
  [SDK_2, 'eve'],
  [SDK_1, 'bob'],
  [SDK_2_LEGACY, 'olivia'],
] as const;

describe.each(lines)('$name', (line, user) => {
  test('a call that needs a connection asks its member to connect, and goes on', async () => {
    const client = await clientOf(line, user);
    const links = connects(client, user);
    const before = thirdParty.requests.length;
    expect(await client.call('list')).toMatchObject({ content: text('GET /items') });
    const [link] = links;
    expect(links).toHaveLength(1);
    expect(link?.message).toContain('Tracker is not connected yet.');
    expect(new URL(link?.url ?? '').origin).toBe(gateway.origin);
    expect(link?.url).not.toContain(user);
    const arrived = thirdParty.requests.slice(before);
    expect(arrived).toMatchObject([{ method: 'GET', status: 200 }]);
    expect(thirdParty.tokens).toContain(arrived[0]?.authorization?.replace('Bearer ', ''));
    await client.sdk.close();
  });
});
