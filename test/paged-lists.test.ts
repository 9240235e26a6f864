import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { publish, type SubmittedDocument } from './support/catalog.ts';
import { startPagedServer } from './support/peers/paged-server.ts';
import { type Peer, remoteDocument } from './support/peers/peer.ts';
import { SDK_1 } from './support/sdk-1.ts';
import { SDK_2 } from './support/sdk-2.ts';
import { signIn, type TestClient } from './support/test-client.ts';
import { startTestGateway, type TestGateway } from './support/test-gateway.ts';

/** More than a page of the gateway's own, which is 500. */
const COUNT = 620;

const names = Array.from({ length: COUNT }, (_, index) => `item_${index}`);

/** As many tools, in a module that an operator uploads. */
const UPLOADED: SubmittedDocument = {
  kind: 'code',
  name: 'uploaded',
  title: 'Many tools',
  description: 'More tools than fit a page.',
  modules: {
    'index.js': `
      const names = Array.from({ length: ${COUNT} }, (_, index) => 'item_' + index);
      const tool = name => ({ description: 'It is ' + name + '.', handler: () => 'This is ' + name + '.' });
      export default { tools: Object.fromEntries(names.map(name => [name, tool(name)])) };`,
  },
};

/** Else so many tools would be searched for and not listed. */
const SETTINGS = { EGRESS_ALLOW_LOOPBACK: 'true', MAX_LISTED_TOOLS: '100000' };

let gateway: TestGateway;
let peer: Peer;

beforeAll(async () => {
  peer = await startPagedServer({ count: COUNT, pageSize: 100 });
  gateway = await startTestGateway({}, SETTINGS);
  await publish(gateway, remoteDocument('paged', peer.url));
  await publish(gateway, UPLOADED);
});
afterAll(async () => {
  await gateway.stop();
  await peer.stop();
});

describe.each([SDK_1, SDK_2])('lists of more than a page, to $name', line => {
  const connect = (server: string) => signIn(line, new URL(`/mcp/${server}`, gateway.origin), 'ada');

  test.each(['paged', 'uploaded'])('have every tool of the server "%s" once', async server => {
    const client = await connect(server);
    const listed = await everyTool(client);
    expect(listed.toSorted()).toEqual(names.toSorted());
    const { content } = await client.call('item_619');
    expect(content).toEqual([{ type: 'text', text: 'This is item_619.' }]);
    await client.sdk.close();
  });

  test('have every prompt and every resource of a remote', async () => {
    const client = await connect('paged');
    const prompts = await pages(
      cursor => client.sdk.listPrompts(cursor),
      ({ prompts: page }) => page,
    );
    expect(prompts.map(({ name }) => name).toSorted()).toEqual(names.toSorted());
    const resources = await pages(
      cursor => client.sdk.listResources(cursor),
      ({ resources: page }) => page,
    );
    expect(resources.map(({ name }) => name).toSorted()).toEqual(names.toSorted());
    await client.sdk.close();
  });
});

async function everyTool(client: TestClient): Promise<string[]> {
  const tools = await pages(
    cursor => client.sdk.listTools(cursor),
    ({ tools: page }) => page,
  );
  return tools.map(({ name }) => name);
}

async function pages<Page extends { readonly nextCursor?: string | undefined }, Item>(
  list: (params: { cursor?: string }) => Promise<Page>,
  itemsOf: (page: Page) => readonly Item[],
): Promise<Item[]> {
  const items: Item[] = [];
  let cursor: string | undefined;
  do {
    const page = await list(cursor === undefined ? {} : { cursor });
    items.push(...itemsOf(page));
    cursor = page.nextCursor;
  } while (cursor !== undefined);
  return items;
}
