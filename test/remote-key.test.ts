import { afterAll, beforeAll, expect, test } from 'vitest';
import everything from '../src/servers/everything/index.ts';
import { operatorOf, publish } from './support/catalog.ts';
import { Site } from './support/peers/site.ts';
import { SDK_1 } from './support/sdk-1.ts';
import { LINK_CAPABILITIES, type Link, signIn } from './support/test-client.ts';
import { startTestGateway, type TestGateway } from './support/test-gateway.ts';
import { WebBrowser } from './support/web-browser.ts';

const KEY = 'key-of-the-remote-test';
let site: Site;
let gateway: TestGateway;

beforeAll(async () => {
  site = await Site.start(request =>
    request.headers.get('x-api-key') === KEY
      ? everything.fetch(request, {})
      : new Response(null, { status: 401 }),
  );
  const placement = { in: 'header', name: 'X-Api-Key' };
  const connections = [
    { id: 'notes-key', name: 'Notes', origins: [site.origin], paths: ['/mcp'], placement },
    { id: 'elsewhere', name: 'Elsewhere', origins: [site.origin], paths: ['/other'], placement },
  ];
  gateway = await startTestGateway(
    {},
    { EGRESS_ALLOW_LOOPBACK: 'true', CONNECTIONS: JSON.stringify(connections) },
  );
});

afterAll(async () => {
  await gateway.stop();
  await site.goDown();
});

const documentOf = (name: string, connection: string) =>
  ({
    kind: 'remote',
    name,
    title: 'Notes',
    description: 'A server of the tests.',
    url: `${site.origin}/mcp`,
    auth: { kind: 'connection', connection },
  }) as const;

test('a remote that takes a key gets that of a connection, which its member enters when a tool needs it', async () => {
  await publish(gateway, documentOf('notes', 'notes-key'));
  const client = await signIn(SDK_1, new URL('/mcp/notes', gateway.origin), 'eve', LINK_CAPABILITIES);
  const links: Link[] = [];
  const enter = async (secret: string, link: Link) => {
    const browser = new WebBrowser();
    const page = await browser.submit(await browser.go(new URL(link.url)), { user: 'eve' });
    return browser.submit(page, { action: 'connect', secret });
  };
  client.person.open = async link => {
    links.push(link);
    expect((await enter('short', link)).text).toContain('shorter than 8 bytes');
    expect((await enter(KEY, link)).text).toContain('is connected');
    return { action: 'accept' };
  };
  await client.call('gatehouse_connect');
  expect(await client.call('echo', { message: 'hello' })).toMatchObject({ content: [{ text: 'hello' }] });
  expect(links).toHaveLength(1);
  await client.sdk.close();
});

test('a connection that does not lead there is refused when the server is added', async () => {
  const operator = await operatorOf(gateway);
  const { status, body } = await operator.call(
    'POST',
    '/api/v1/admin/servers',
    documentOf('other', 'elsewhere'),
  );
  expect([status, body.detail]).toEqual([400, expect.stringContaining('Open is what begins with: /other')]);
});
