import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { publish } from './support/catalog.ts';
import { startCollector } from './support/collector.ts';
import { startModernFixture } from './support/peers/fixture.ts';
import { type LocalPeer, remoteDocument } from './support/peers/peer.ts';
import { SDK_1 } from './support/sdk-1.ts';
import { SDK_2 } from './support/sdk-2.ts';
import { signIn } from './support/test-client.ts';
import { startTestGateway, type TestGateway } from './support/test-gateway.ts';

const CANARY = `canary-${randomBytes(8).toString('hex')}`;
const PARENT_SPAN = '00f067aa0ba902b7';
const SERVER_KIND = 2;
const CLIENT_KIND = 3;

let gateway: TestGateway;
let collector: Awaited<ReturnType<typeof startCollector>>;
let peer: LocalPeer;

beforeAll(async () => {
  collector = await startCollector();
  peer = await startModernFixture();
  gateway = await startTestGateway(
    {},
    {
      OTLP_ENDPOINT: collector.origin,
      OTLP_HEADERS: 'x-collector-key=a%20secret',
      OTLP_FLUSH_MS: '50',
      EGRESS_ALLOW_LOOPBACK: 'true',
    },
  );
  await publish(gateway, remoteDocument('remote', peer.url));
});

afterAll(async () => {
  await gateway.stop();
  await peer.stop();
  await collector.stop();
});

test.each([
  ['2026-07-28', SDK_2],
  ['2025-11-25', SDK_1],
])("a call of %s is a part of its client's trace, and its server is told so", async (_revision, line) => {
  const client = await signIn(line, new URL(`${gateway.origin}/mcp`), 'ada');
  const traceId = randomBytes(16).toString('hex');
  const meta = { traceparent: `00-${traceId}-${PARENT_SPAN}-01`, baggage: `user=${CANARY}` };
  await client.call('memory_remember', { text: CANARY }, { meta });
  await client.call('remote_add', { a: 1, b: 2, note: CANARY }, { meta }).catch(() => {});

  const ofTrace = () => collector.spans.filter(span => span.traceId === traceId);
  const named = (name: string, kind: number) =>
    ofTrace().find(span => span.name === name && span.kind === kind);
  await expect.poll(() => named('tools/call remember', SERVER_KIND), { timeout: 10_000 }).toBeDefined();
  await expect.poll(() => named('POST /mcp', SERVER_KIND), { timeout: 10_000 }).toBeDefined();
  const call = named('tools/call remember', SERVER_KIND);
  const edge = ofTrace().find(({ spanId }) => spanId === call?.parentSpanId);
  expect(edge).toMatchObject({ name: 'POST /mcp', parentSpanId: PARENT_SPAN });
  expect(call?.attributes).toMatchObject({
    'mcp.method.name': 'tools/call',
    'gen_ai.tool.name': 'remember',
    'gatehouse.policy.rule': 'members-may-call',
  });
  const parts = ofTrace().filter(({ parentSpanId }) => parentSpanId === call?.spanId);
  expect(parts.map(({ name }) => name).toSorted()).toEqual(['approval', 'policy', 'tools/call remember']);
  expect(parts.find(({ kind }) => kind === CLIENT_KIND)).toBeDefined();

  expect(collector.problems).toEqual([]);
  expect(collector.seen.at(-1)?.headers).toMatchObject({ 'x-collector-key': 'a secret' });
  expect(JSON.stringify(collector.spans)).not.toContain(CANARY);
  expect(JSON.stringify(collector.spans)).not.toContain('ada');
  expect(gateway.output()).not.toContain(CANARY);
});

test('a remote server is told its place in the trace by header, and no baggage', async () => {
  const client = await signIn(SDK_2, new URL(`${gateway.origin}/mcp/remote`), 'ada');
  const traceId = randomBytes(16).toString('hex');
  const meta = {
    traceparent: `00-${traceId}-${PARENT_SPAN}-01`,
    tracestate: 'vendor=a',
    baggage: `user=${CANARY}`,
  };
  const { tools } = await client.sdk.listTools();
  await client.call(tools[0]?.name ?? '', {}, { meta });
  const told = peer.arrivals
    .map(({ headers }) => headers)
    .filter(({ traceparent }) => String(traceparent).includes(traceId));
  expect(told).toEqual([expect.objectContaining({ tracestate: 'vendor=a' })]);
  expect(told[0]?.traceparent).toMatch(new RegExp(`^00-${traceId}-(?!${PARENT_SPAN})[0-9a-f]{16}-01$`));
  expect(told[0]).not.toHaveProperty('baggage');
});
