import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Page } from '../src/cli/form-browser.ts';
import { publish } from './support/catalog.ts';
import { type ProtectedRemote, type RemoteEra, startProtectedRemote } from './support/protected-remote.ts';
import { SDK_1 } from './support/sdk-1.ts';
import { SDK_2 } from './support/sdk-2.ts';
import {
  type ClientLine,
  LINK_CAPABILITIES,
  type Link,
  signIn,
  type TestClient,
} from './support/test-client.ts';
import { startTestGateway, type TestGateway } from './support/test-gateway.ts';
import { agreeThere } from './support/third-party.ts';
import { WebBrowser } from './support/web-browser.ts';

let gateway: TestGateway;
let remotes: Record<RemoteEra, ProtectedRemote>;

beforeAll(async () => {
  gateway = await startTestGateway({}, { EGRESS_ALLOW_LOOPBACK: 'true' });
  remotes = { modern: await startProtectedRemote('modern'), legacy: await startProtectedRemote('legacy') };
});

afterAll(async () => {
  await gateway.stop();
  for (const remote of Object.values(remotes)) await remote.stop();
});

const documentOf = (name: string, { url }: ProtectedRemote, auth: object = {}) =>
  ({
    kind: 'remote',
    name,
    title: `Notes of ${name}`,
    description: 'A server of the tests.',
    url,
    auth: { kind: 'oauth', ...auth },
  }) as const;

/** Opens a page of the gateway as somebody who signs in for it. */
async function open(user: string, url: string, browser: WebBrowser): Promise<Page> {
  const page = await browser.go(new URL(url, gateway.origin));
  return page.hasField('return_to') ? browser.submit(page, { user }) : page;
}

/** Opens a link, and connects there. @returns the page that the link led to. */
async function connect(user: string, url: string): Promise<Page> {
  const browser = new WebBrowser();
  const page = await open(user, url, browser);
  const answer = await browser.submitOnly(page, { action: 'connect' });
  await browser.go(await agreeThere(browser, answer, page.url));
  return page;
}

async function disconnect(user: string, id: string): Promise<void> {
  const browser = new WebBrowser();
  const page = await open(user, `/connect/${id}`, browser);
  await browser.submit(page, { action: 'disconnect' });
}

/** Has the person of a client connect as soon as they are asked, and remembers what they were asked and shown. */
function connects(client: TestClient, user: string): { links: Link[]; pages: Page[] } {
  const seen: { links: Link[]; pages: Page[] } = { links: [], pages: [] };
  client.person.open = async link => {
    seen.links.push(link);
    seen.pages.push(await connect(user, link.url));
    return { action: 'accept' };
  };
  return seen;
}

const clientOf = (line: ClientLine, server: string, user: string) =>
  signIn(line, new URL(`/mcp/${server}`, gateway.origin), user, LINK_CAPABILITIES);

const says = (text: unknown) => ({ content: [{ type: 'text', text }] });
const lines = [
  [SDK_2, 'modern', 'eve'],
  [SDK_2, 'legacy', 'bob'],
  [SDK_1, 'modern', 'olivia'],
  [SDK_1, 'legacy', 'ada'],
] as const;

describe.each(lines)('%o with a %s remote', (line, era, user) => {
  const name = `notes-${line === SDK_1 ? 'one' : 'two'}-${era}`;
  let remote: ProtectedRemote;
  let client: TestClient;

  beforeAll(async () => {
    remote = remotes[era];
    await publish(gateway, documentOf(name, remote));
    client = await clientOf(line, name, user);
  });
  afterAll(() => client.sdk.close());

  test('what nobody has connected yet offers to be connected', async () => {
    const seen = connects(client, user);
    const { tools } = await client.sdk.listTools();
    expect(tools.map(tool => tool.name)).toEqual(['gatehouse_connect']);
    expect(await client.call('gatehouse_connect')).toMatchObject(
      says(expect.stringContaining('It is connected')),
    );
    expect(seen.links).toHaveLength(1);
  });

  test('its tools are listed then', async () => {
    const { tools } = await client.sdk.listTools();
    expect(tools.map(tool => tool.name)).toContain('random_id');
  });

  test('a call asks its member to connect, goes on, and shows no token', async () => {
    await disconnect(user, `mcp.${name}`);
    const seen = connects(client, user);
    const before = remote.admitted.length;
    const result = await client.call('echo', { message: 'hello' });
    expect(result).toMatchObject(says('hello'));
    expect(seen.links).toHaveLength(1);
    expect(seen.links[0]?.message).toContain(`Notes of ${name} is not connected yet.`);
    expect(remote.admitted.length).toBeGreaterThan(before);
    for (const token of remote.tokens) expect(JSON.stringify(result)).not.toContain(token);
    expect(remote.grants.at(-1)).toEqual({ type: 'authorization_code', resource: remote.url });
  });

  test('a tool that needs more asks for more, in words, and goes on with all that there was before', async () => {
    const seen = connects(client, user);
    const result = await client.call('random_id');
    expect(result.isError ?? false).toBe(false);
    expect(seen.links.map(({ message }) => message)).toEqual([
      expect.stringContaining('has to be connected with more rights'),
    ]);
    expect(seen.pages[0]?.text).toContain('needs more rights');
    expect(seen.pages[0]?.text).toMatch(/notes:read[^<]*notes:write|notes:write[^<]*notes:read/);
    expect(await client.call('echo', { message: 'still' })).toMatchObject(says('still'));
    expect(seen.links).toHaveLength(1);
  });

  test('what ended there is asked for again', async () => {
    await remote.revokeAll();
    const seen = connects(client, user);
    expect(await client.call('echo', { message: 'again' })).toMatchObject(says('again'));
    expect(seen.links.map(({ message }) => message)).toEqual([
      expect.stringContaining('has to be connected again'),
    ]);
  });

  test('an access token that is over is renewed, for the same resource', async () => {
    await disconnect(user, `mcp.${name}`);
    remote.accessTokenSeconds = 1;
    const seen = connects(client, user);
    await client.call('echo', { message: 'short' });
    remote.accessTokenSeconds = 600;
    await expect
      .poll(async () => {
        await client.call('echo', { message: 'on' });
        return remote.grants.at(-1);
      })
      .toEqual({ type: 'refresh_token', resource: remote.url });
    expect(await client.call('echo', { message: 'on' })).toMatchObject(says('on'));
    expect(seen.links).toHaveLength(1);
  });

  test('to disconnect revokes what the remote gave', async () => {
    const before = remote.revocations;
    await disconnect(user, `mcp.${name}`);
    await expect.poll(() => remote.revocations).toBeGreaterThan(before);
  });
});
