import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { publish } from './support/catalog.ts';
import { freshTools } from './support/fresh-list.ts';
import { type BrokenPeer, startBrokenServer } from './support/peers/broken-server.ts';
import { remoteDocument } from './support/peers/peer.ts';
import { SDK_1 } from './support/sdk-1.ts';
import { SDK_2 } from './support/sdk-2.ts';
import { signIn, type TestClient } from './support/test-client.ts';
import { startTestGateway, type TestGateway } from './support/test-gateway.ts';

const LIST_TIMEOUT_MS = 1000;
/** What a list takes beside waiting, on a busy machine. */
const SLACK_MS = 1500;

const UNAVAILABLE = 'gatehouse/unavailable';

let gateway: TestGateway;
let broken: BrokenPeer;
let fresh: BrokenPeer;
beforeAll(async () => {
  const circuit = { CIRCUIT_OPENS_AFTER: '3', CIRCUIT_PAUSE_MS: '3000' };
  const lists = { LIST_TIMEOUT_MS: String(LIST_TIMEOUT_MS), DEFINITIONS_TTL_MS: '3000' };
  gateway = await startTestGateway({}, { EGRESS_ALLOW_LOOPBACK: 'true', ...circuit, ...lists });
  [broken, fresh] = await Promise.all([startBrokenServer(), startBrokenServer()]);
  fresh.answersLists = false;
  await publish(gateway, remoteDocument('broken', broken.url));
});
afterAll(async () => {
  await gateway.stop();
  await broken.stop();
  await fresh.stop();
});

const namesIn = (tools: readonly { readonly name: string }[], server: string) =>
  tools.map(({ name }) => name).filter(name => name.startsWith(`${server}_`));

const noteIn = (listed: unknown, server: string) =>
  (listed as { _meta?: Record<string, Record<string, string>> })._meta?.[UNAVAILABLE]?.[server];

/** Until what was published a moment ago is known to all isolates. */
function listedWith(client: TestClient, server: string): Promise<unknown> {
  const listed = async () => {
    const list = await freshTools(client);
    expect([...namesIn(list.tools, server), noteIn(list, server) ?? []].flat()).not.toEqual([]);
    return list;
  };
  return vi.waitFor(listed, { timeout: 10_000, interval: 200 });
}

describe.each([
  [SDK_2, 'ada'],
  [SDK_1, 'bob'],
] as const)('a client by $name', (line, user) => {
  let client: TestClient;
  beforeAll(async () => {
    client = await signIn(line, new URL('/mcp', gateway.origin), user);
    await listedWith(client, 'broken');
  });
  afterAll(() => client.sdk.close());

  test('is shown what was approved of a server that does not answer, with a note, within the deadline', async () => {
    broken.answersLists = false;
    // What is remembered is used once more while it is read anew.
    await expect
      .poll(async () => noteIn(await freshTools(client), 'broken'), { timeout: 20_000 })
      .toBeTruthy();
    const began = performance.now();
    const listed = await freshTools(client);
    expect(performance.now() - began).toBeLessThan(LIST_TIMEOUT_MS + SLACK_MS);
    expect(noteIn(listed, 'broken')).toMatch(/What it offers is shown as it was approved\.$/);
    expect(namesIn(listed.tools, 'broken')).toContain('broken_work');
    expect(namesIn(listed.tools, 'memory').length).toBeGreaterThan(0);
    const called = performance.now();
    await client.call('memory_list');
    expect(performance.now() - called).toBeLessThan(LIST_TIMEOUT_MS);
    broken.answersLists = true;
    await expect
      .poll(async () => noteIn(await freshTools(client), 'broken'), { timeout: 20_000 })
      .toBeUndefined();
  });

  test('is kept from a server that keeps failing, told since when, and let through again', async () => {
    broken.called.length = 0;
    for (let count = 0; count < 3; count++) await client.call('broken_refuse');
    const refused = await client.call('broken_work');
    expect(refused).toMatchObject({
      isError: true,
      _meta: { 'gatehouse/failure': { code: 'circuit_open', outcome: 'not-sent' } },
    });
    expect(broken.called).toEqual(['refuse', 'refuse', 'refuse']);
    expect(noteIn(await freshTools(client), 'broken')).toMatch(
      /has failed 3 times in a row since .* is tried again at/,
    );
    await expect
      .poll(() => client.call('broken_work'), { timeout: 10_000, interval: 300 })
      .toMatchObject({ structuredContent: { count: 1 } });
    expect(await client.call('broken_work')).not.toHaveProperty('isError', true);
  });
});

test('a server that has never answered is missing from lists, with a note, and delays none', async () => {
  await publish(gateway, remoteDocument('fresh', fresh.url));
  const client = await signIn(SDK_2, new URL('/mcp', gateway.origin), 'ada');
  await listedWith(client, 'fresh');
  const began = performance.now();
  const listed = await freshTools(client);
  expect(performance.now() - began).toBeLessThan(LIST_TIMEOUT_MS + SLACK_MS);
  expect(noteIn(listed, 'fresh')).toContain('fresh');
  expect(namesIn(listed.tools, 'fresh')).toEqual([]);
  expect(namesIn(listed.tools, 'memory').length).toBeGreaterThan(0);
  await client.sdk.close();
});

test('a server that is down is missing where nothing of it was ever seen', async () => {
  await fresh.goDown();
  await publish(gateway, remoteDocument('gone', fresh.url));
  const client = await signIn(SDK_2, new URL('/mcp', gateway.origin), 'ada');
  expect(noteIn(await listedWith(client, 'gone'), 'gone')).toContain('gone');
  await client.sdk.close();
});
