import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { expect, test } from 'vitest';
import { faultLog } from '../../errors.fake.ts';
import type { JsonObject } from '../../protocol/message.ts';
import { statelessConnector } from '../stateless-connector.ts';
import { eraOf, mayBeOtherEra } from './era.ts';
import { remoteEndpoint } from './remote-endpoint.ts';

const DISCOVERED = { capabilities: {}, resultType: 'complete', ttlMs: 0, cacheScope: 'private' };
const identity = { _meta: { 'io.modelcontextprotocol/serverInfo': { name: 'far', version: '1' } } };

const rpc =
  (members: JsonObject, status = 200) =>
  (id: unknown) =>
    Response.json({ jsonrpc: '2.0', id, ...members }, { status });
const refused = (code: number, data?: JsonObject) => ({
  error: { code, message: 'No.', ...(data && { data }) },
});
const versions = (...supported: string[]) => ({ supported, requested: '2026-07-28' });

/** What servers answer to `server/discover`, and the era that it tells of; null where it tells of none. */
const ANSWERS: readonly (readonly [string, (id: unknown) => Response, 'modern' | 'legacy' | null])[] = [
  [
    'our revision',
    rpc({ result: { ...DISCOVERED, ...identity, supportedVersions: ['2026-07-28'] } }),
    'modern',
  ],
  [
    'ours among others',
    rpc({ result: { ...DISCOVERED, ...identity, supportedVersions: ['2025-11-25', '2026-07-28'] } }),
    'modern',
  ],
  ['something else', rpc({ result: {} }), 'legacy'],
  ['that there is no such method', rpc(refused(-32601)), 'legacy'],
  ['the same with HTTP 404', rpc(refused(-32601), 404), 'legacy'],
  ['that it has no session', rpc(refused(-32000), 400), 'legacy'],
  ['that the session is unknown', rpc(refused(-32001), 404), 'legacy'],
  ['that headers differ', rpc(refused(-32020), 400), 'legacy'],
  ['that it speaks 2025 only', rpc(refused(-32022, versions('2025-11-25')), 400), 'legacy'],
  ['that it speaks nothing, without saying what', rpc(refused(-32022), 400), 'legacy'],
  ['that it speaks later revisions only', rpc(refused(-32022, versions('2027-03-01')), 400), null],
  ['HTTP 400', () => new Response('Bad Request', { status: 400 }), 'legacy'],
  ['HTTP 404', () => new Response('Not Found', { status: 404 }), 'legacy'],
  ['HTTP 405', () => new Response(null, { status: 405 }), 'legacy'],
  ['HTTP 401', () => new Response(null, { status: 401 }), null],
  ['HTTP 403', () => new Response(null, { status: 403 }), null],
  ['HTTP 401 with words', rpc(refused(-32001), 401), null],
  ['HTTP 500', () => new Response('Oops', { status: 500 }), null],
  ['HTTP 503 with words', rpc(refused(-32000), 503), null],
];

/** The same answer as a connector hears it. */
async function heard(respond: (id: unknown) => Response) {
  const fetch = async (_url: string, { body }: RequestInit) => respond(JSON.parse(String(body)).id);
  const endpoint = remoteEndpoint('far', 'https://far.example/mcp', () => ({ fetch }) as unknown as Fetcher);
  const modern = statelessConnector({
    server: 'far',
    version: '1',
    maxBytes: 1e6,
    post: init => endpoint.send(init),
  });
  const request = { method: 'server/discover', params: {}, client: { capabilities: {} } };
  return modern.call(request, { signal: new AbortController().signal, notify: () => {} });
}

test.each(ANSWERS)('a server that answers %s: %s is %s', async (_what, respond, era) => {
  faultLog();
  expect(eraOf(await heard(respond))).toBe(era);
});

/** What the SDK's client makes of it: which language it goes on in. */
async function bySdk(respond: (id: unknown) => Response): Promise<'modern' | 'legacy' | null> {
  let era: 'modern' | 'legacy' | null = null;
  const transport = new StreamableHTTPClientTransport(new URL('https://far.example/mcp'), {
    fetch: async (_url, init) => {
      const { id, method } = JSON.parse(String(init?.body));
      if (method !== 'initialize') return respond(id);
      era = 'legacy';
      return new Response(null, { status: 500 });
    },
  });
  const client = new Client({ name: 'test', version: '1' }, { versionNegotiation: { mode: 'auto' } });
  await client.connect(transport).then(
    () => {
      era = 'modern';
    },
    () => {},
  );
  await client.close();
  return era;
}

test.each(ANSWERS)("the SDK's client says the same of %s: %s, %s", async (_what, respond, era) => {
  expect(await bySdk(respond)).toBe(era);
});

test('a server that is not reached tells of no era', async () => {
  faultLog();
  expect(
    eraOf(
      await heard(() => {
        throw new TypeError('no route');
      }),
    ),
  ).toBeNull();
});

test.each([
  ['that it has no session', rpc(refused(-32000), 400), true],
  ['that it does not speak this revision', rpc(refused(-32022), 400), true],
  ['HTTP 404', () => new Response(null, { status: 404 }), true],
  ['a failure of the tool', rpc(refused(-32000)), false],
  ['that a parameter is wrong', rpc(refused(-32602), 400), false],
  ['that a header differs', rpc(refused(-32020), 400), false],
  ['HTTP 401', () => new Response(null, { status: 401 }), false],
  ['HTTP 503', () => new Response(null, { status: 503 }), false],
  ['a result', rpc({ result: {} }), false],
])(
  'a modern server that answers %s may speak another language by now: %s %s',
  async (_what, respond, isIt) => {
    faultLog();
    expect(mayBeOtherEra('modern', await heard(respond))).toBe(isIt);
  },
);
