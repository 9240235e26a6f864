import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { publish } from './support/catalog.ts';
import { type BrokenPeer, type Fault, startBrokenServer } from './support/peers/broken-server.ts';
import { SDK_1 } from './support/sdk-1.ts';
import { SDK_2, SDK_2_LEGACY } from './support/sdk-2.ts';
import { signIn, type TestClient } from './support/test-client.ts';
import { startTestGateway, type TestGateway } from './support/test-gateway.ts';

/** What callers are told of each fault, and how often a tool that only reads is called. */
const TOLD: Readonly<Record<Fault, readonly [code: string, outcome: string, calls: number]>> = {
  stall: ['call_timeout', 'unknown', 1],
  truncate: ['upstream_failed', 'unknown', 2],
  flood: ['result_too_large', 'carried-out', 1],
  garbage: ['upstream_failed', 'unknown', 2],
  nonsense: ['upstream_failed', 'unknown', 2],
  empty: ['answer_empty', 'unknown', 2],
  nothing: ['upstream_failed', 'unknown', 2],
  violate: ['result_invalid', 'carried-out', 1],
  misaddress: ['upstream_failed', 'unknown', 2],
  refuse: ['upstream_failed', 'unknown', 2],
};

const WORDS: Readonly<Record<string, RegExp>> = {
  unknown: /The outcome of the call is unknown: check whether it took effect before you call again\.$/,
  'carried-out': /The call was carried out, but its answer cannot be used\.$/,
};

let gateway: TestGateway;
let broken: BrokenPeer;
beforeAll(async () => {
  const variables = { EGRESS_ALLOW_LOOPBACK: 'true', CIRCUIT_OPENS_AFTER: '1000' };
  gateway = await startTestGateway({}, variables);
  broken = await startBrokenServer();
  const { url } = broken;
  const document = { kind: 'remote', name: 'broken', title: 'Broken', description: 'Fails.' } as const;
  await publish(gateway, { ...document, url, callTimeoutMs: 3000 });
});
afterAll(async () => {
  await gateway.stop();
  await broken.stop();
});

describe.each([SDK_2, SDK_2_LEGACY, SDK_1])('a client by $name', line => {
  let client: TestClient;
  beforeAll(async () => {
    client = await signIn(line, new URL('/mcp/broken', gateway.origin), 'ada');
    await client.sdk.listTools();
  });
  afterAll(() => client.sdk.close());

  test.each(Object.entries(TOLD))(
    'is told what %s means for its call',
    async (fault, [code, outcome, calls]) => {
      broken.called.length = 0;
      const result = await client.call(fault);
      expect(result).toMatchObject({ isError: true, _meta: { 'gatehouse/failure': { code, outcome } } });
      expect((result.content[0] as { text: string }).text).toMatch(WORDS[outcome] ?? /never/);
      expect(broken.called).toEqual([fault]);
      broken.called.length = 0;
      expect(await client.call(`again_${fault}`)).toMatchObject({ isError: true });
      expect(broken.called).toEqual(Array.from({ length: calls }, () => `again_${fault}`));
    },
  );

  test('is told by a good server nothing of this', async () => {
    expect(await client.call('work')).toMatchObject({ structuredContent: { count: 1 } });
  });
});
