import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Page } from '../src/cli/form-browser.ts';
import { Connecting } from './support/connecting.ts';
import { SDK_1 } from './support/sdk-1.ts';
import { SDK_2, SDK_2_LEGACY } from './support/sdk-2.ts';
import {
  type ClientLine,
  LINK_CAPABILITIES,
  type Link,
  signIn,
  type TestClient,
} from './support/test-client.ts';
import { LETTERS_KEY } from './support/third-party.ts';

let house: Connecting;

beforeAll(async () => {
  house = await Connecting.start();
});

afterAll(() => house.stop());

const clientOf = (line: ClientLine, user: string) =>
  signIn(line, new URL('/mcp/issues', house.origin), user, LINK_CAPABILITIES);

/** Has the person of a client connect as soon as they are asked, and remembers what they were asked. */
function connects(client: TestClient, user: string): Link[] {
  const links: Link[] = [];
  client.person.open = async link => {
    links.push(link);
    await house.connect(user, link.url);
    return { action: 'accept' };
  };
  return links;
}

const text = (value: unknown) => [{ type: 'text', text: value }];
const lines = [
  [SDK_2, 'eve'],
  [SDK_1, 'bob'],
  [SDK_2_LEGACY, 'olivia'],
] as const;

describe.each(lines)('$name', (line, user) => {
  let client: TestClient;
  let links: Link[];

  beforeAll(async () => {
    client = await clientOf(line, user);
  });
  beforeEach(() => {
    links = connects(client, user);
  });
  afterAll(() => client.sdk.close());

  test('a call that needs a connection asks its member to connect, and goes on', async () => {
    const before = house.thirdParty.requests.length;
    expect(await client.call('list')).toMatchObject({ content: text('GET /items') });
    const [link] = links;
    expect(links).toHaveLength(1);
    expect(link?.message).toContain('Tracker is not connected yet.');
    expect(new URL(link?.url ?? '').origin).toBe(house.origin);
    expect(link?.url).not.toContain(user);
    const arrived = house.thirdParty.requests.slice(before);
    expect(arrived).toMatchObject([{ method: 'GET', status: 200 }]);
    expect(house.thirdParty.tokens).toContain(arrived[0]?.authorization?.replace('Bearer ', ''));
  });

  test('what is connected is not asked about again', async () => {
    expect(await client.call('list')).toMatchObject({ content: text('GET /items') });
    expect(links).toEqual([]);
  });

  test('a call goes on in the round in which it was interrupted', async () => {
    await house.disconnect(user, 'tracker');
    client.person.fillIn = () => ({ action: 'accept', content: { name: 'Ada' } });
    const { content } = await client.call('ask_and_list');
    expect(content).toEqual(text('{"name":"Ada"} GET /items'));
    expect(links).toHaveLength(1);
  });

  test.each(['decline', 'cancel'] as const)('a member who says %s ends the call', async action => {
    await house.disconnect(user, 'tracker');
    client.person.open = () => ({ action });
    const before = house.thirdParty.requests.length;
    const result = await client.call('list');
    expect(result).toMatchObject({
      isError: true,
      content: text(expect.stringContaining('was not connected')),
    });
    expect(house.thirdParty.requests).toHaveLength(before);
  });

  test('a member who agrees first and connects later is waited for', async () => {
    const connected: Promise<unknown>[] = [];
    client.person.open = ({ url }) => {
      connected.push(house.connect(user, url));
      return { action: 'accept' };
    };
    await house.disconnect(user, 'tracker');
    expect(await client.call('list')).toMatchObject({ content: text('GET /items') });
    await Promise.all(connected);
    expect(connected).toHaveLength(1);
  });

  test('two calls at a time that need the same are both asked, and both go on', async () => {
    await house.disconnect(user, 'tracker');
    const results = await Promise.all([client.call('list'), client.call('list')]);
    for (const result of results) expect(result).toMatchObject({ content: text('GET /items') });
    expect(links.length).toBeGreaterThanOrEqual(1);
  });

  test('a key is asked for in the same way, and entered at the page', async () => {
    expect(await client.call('letters')).toMatchObject({ content: text('GET /letters') });
    expect(links.map(({ message }) => message)).toEqual([
      expect.stringContaining('Letters is not connected'),
    ]);
    expect(house.thirdParty.requests.at(-1)).toMatchObject({ key: LETTERS_KEY, authorization: undefined });
  });

  test('a connection whose consent was withdrawn there asks again, and goes on', async () => {
    await house.thirdParty.revokeAll();
    expect(await client.call('add')).toMatchObject({ content: text('POST /items') });
    expect(links.map(({ message }) => message)).toEqual([
      expect.stringContaining('Tracker has to be connected again.'),
    ]);
    const posts = house.thirdParty.requests.filter(
      ({ method, status }) => method === 'POST' && status === 200,
    );
    expect(posts.at(-1)?.authorization).toBe(`Bearer ${house.thirdParty.tokens.at(-2)}`);
  });

  test('a call that may have done something already is not run again; it fails, with the link', async () => {
    await house.disconnect(user, 'tracker');
    const before = house.thirdParty.requests.length;
    const result = await client.call('write_and_list');
    expect(result.isError).toBe(true);
    expect(JSON.stringify(result.content)).toMatch(/Connect it at http:[^ ]+ticket=[^ ]+ and call again/);
    expect(house.thirdParty.requests.slice(before)).toMatchObject([{ method: 'POST', path: '/letters' }]);
    expect(links).toEqual([]);
  });

  test('a call that fails by itself is no question', async () => {
    expect(await client.call('fail')).toMatchObject({ isError: true, content: text('no such thing') });
    expect(links).toEqual([]);
  });
});

describe('the link', () => {
  test('is refused to everybody but the member whose call it was, who may still use it then', async () => {
    const client = await clientOf(SDK_2, 'ada');
    const refused: Page[] = [];
    client.person.open = async ({ url }) => {
      refused.push(await house.open('eve', url));
      await house.connect('ada', url);
      return { action: 'accept' };
    };
    expect(await client.call('list')).toMatchObject({ content: text('GET /items') });
    expect(refused.map(({ status, text }) => [status, text])).toEqual([
      [403, expect.stringContaining('This link was made for somebody else.')],
    ]);
    await client.sdk.close();
  });

  test('leads to a page that says which app asked', async () => {
    const client = await clientOf(SDK_2, 'ada');
    await house.disconnect('ada', 'tracker');
    const pages: Page[] = [];
    client.person.open = async ({ url }) => {
      pages.push(await house.open('ada', url));
      return { action: 'decline' };
    };
    await client.call('list');
    expect(pages[0]?.text).toContain(`<bdi>${SDK_2.name}</bdi> called a tool that needs it.`);
    await client.sdk.close();
  });
});
