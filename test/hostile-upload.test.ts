import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { operatorOf, publish } from './support/catalog.ts';
import { type EchoSite, startEchoSite } from './support/echo-site.ts';
import { type InsideListener, startInsideListener } from './support/inside-listener.ts';
import { SDK_1 } from './support/sdk-1.ts';
import { SDK_2 } from './support/sdk-2.ts';
import { signIn, type TestClient } from './support/test-client.ts';
import { startTestGateway, type TestGateway } from './support/test-gateway.ts';
import { uploadOf } from './support/uploads.ts';

const SECRET = 'canary/of-the-connection';

let gateway: TestGateway;
let site: EchoSite;
let inside: InsideListener;

beforeAll(async () => {
  site = await startEchoSite();
  inside = await startInsideListener();
  const placed = { owner: 'tenant', origins: [site.origin], placement: { in: 'bearer' } };
  const connection = { id: 'site', name: 'The site', secret: 'SITE_SECRET', ...placed };
  gateway = await startTestGateway(
    {},
    {
      CONNECTIONS: JSON.stringify([connection]),
      SITE_SECRET: SECRET,
      EGRESS_ALLOW_LOOPBACK: 'true',
      CATALOG_CACHE_MS: '0',
      MAX_RESULT_BYTES: '1000000',
    },
  );
  await publish(gateway, hostile('closed'));
  await publish(
    gateway,
    hostile('open', { connections: ['site'], capabilities: ['state'], isolation: 'session' }),
  );
});

afterAll(async () => {
  await gateway.stop();
  await Promise.all([site.stop(), inside.stop()]);
});

const hostile = (name: string, change: Parameters<typeof uploadOf>[2] = {}) =>
  uploadOf(name, ['hostile.js'], { callTimeoutMs: 2000, ...change });

const clientOf = (server: string, user = 'ada', line = SDK_2) =>
  signIn(line, new URL(`${gateway.origin}/mcp/${server}`), user);

async function attempt(client: TestClient, what: string, given: object = {}): Promise<unknown> {
  const { structuredContent } = await client.call('attempt', { what, with: given });
  return structuredContent;
}

describe('hostile uploaded code', () => {
  let closed: TestClient;

  beforeAll(async () => {
    closed = await clientOf('closed');
  });

  test.each(['fetch', 'socket'])('has no network by %s', async what => {
    for (const url of [`${site.origin}/request`, `http://127.0.0.1:${inside.port}/`, gateway.origin]) {
      expect(await attempt(closed, what, { url })).toEqual({
        failed: expect.stringContaining('not permitted'),
      });
    }
    expect(inside.hits).toBe(0);
  });

  test.each([
    ['nodeFiles', 'No such module'],
    ['eval', 'Code generation from strings disallowed'],
    ['makeFunction', 'Code generation from strings disallowed'],
  ])('fails at %s', async (what, reason) => {
    expect(await attempt(closed, what)).toEqual({ failed: expect.stringContaining(reason) });
  });

  test('finds nothing of ours in its environment, and no cache', async () => {
    expect(await attempt(closed, 'env')).toEqual({ done: [] });
    expect(await attempt(closed, 'cache', { url: site.origin })).toMatchObject({
      failed: expect.any(String),
    });
  });

  test('reaches what it declares, with a credential that it does not see', async () => {
    const open = await clientOf('open');
    expect(await attempt(open, 'env')).toEqual({ done: ['STATE'] });
    const answer = JSON.stringify(await attempt(open, 'connection', { url: `${site.origin}/request` }));
    expect(site.seen.at(-1)?.headers.authorization).toBe(`Bearer ${SECRET}`);
    expect(answer).not.toContain(SECRET);
    expect(await attempt(open, 'fetch', { url: `http://127.0.0.1:${inside.port}/` })).toEqual({ done: 403 });
    expect(inside.hits).toBe(0);
  });

  test('keeps state for its user, whose sessions share it, and for no other', async () => {
    const [ada, again, eve] = [await clientOf('open'), await clientOf('open'), await clientOf('open', 'eve')];
    expect(await attempt(ada, 'put', { text: 'of ada' })).toEqual({ done: { ok: true } });
    expect(await attempt(again, 'get')).toEqual({ done: 'of ada' });
    expect(await attempt(eve, 'get')).toEqual({ done: null });
  });

  test('pollutes only its own isolate: no other user’s, session’s, server’s or version’s', async () => {
    const clean = { done: [null, null] };
    expect(await attempt(closed, 'remember', { text: 'first' })).toEqual(clean);
    expect(await attempt(closed, 'remember', { text: 'second' })).toEqual({ done: ['first', 'first'] });
    expect(await attempt(await clientOf('closed', 'eve'), 'remember', { text: 'of eve' })).toEqual(clean);
    await closed.call('attempt', { what: 'poison' }).catch(() => {});
    expect(await attempt(await clientOf('closed', 'eve'), 'env')).toEqual({ done: [] });
    const [one, two] = [await clientOf('open', 'ada', SDK_1), await clientOf('open', 'ada', SDK_1)];
    expect(await attempt(one, 'remember', { text: 'session one' })).toEqual(clean);
    expect(await attempt(two, 'remember', { text: 'session two' })).toEqual(clean);

    const changed = hostile('closed', { title: 'Another version' });
    const { status } = await (await operatorOf(gateway)).call(
      'PUT',
      '/api/v1/admin/servers/closed?basedOn=1',
      changed,
    );
    expect(status).toBe(200);
    expect(await attempt(closed, 'remember', { text: 'third' })).toEqual(clean);
  });

  test.each([
    [SDK_1, SDK_1.name],
    [SDK_2, SDK_2.name],
  ])('gives $name honest errors', async line => {
    const client = await clientOf('closed', 'bob', line);
    const failing = (what: string) =>
      client.call('attempt', { what }).catch(error => ({ isError: true, content: String(error) }));
    const wordsOf = async (what: string) => {
      const { isError, content } = await failing(what);
      expect(isError).toBe(true);
      return JSON.stringify(content);
    };
    expect(await wordsOf('hang')).toMatch(/2000 ms/);
    expect(await wordsOf('flood')).toMatch(/larger than 1000000 bytes/);
    expect(await wordsOf('circle')).toMatch(/circular/i);
    expect(await wordsOf('throwNothing')).not.toBe('');
    expect(await attempt(client, 'env')).toEqual({ done: [] });
  });
});
