import { randomBytes } from 'node:crypto';
import parse from 'parse-prometheus-text-format';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ApiClient } from './support/api-client.ts';
import { operatorOf, publish } from './support/catalog.ts';
import { askToken, granted } from './support/machine.ts';
import { type BrokenPeer, startBrokenServer } from './support/peers/broken-server.ts';
import { remoteDocument } from './support/peers/peer.ts';
import { SDK_1 } from './support/sdk-1.ts';
import { SDK_2 } from './support/sdk-2.ts';
import { signIn } from './support/test-client.ts';
import { startTestGateway, type TestGateway } from './support/test-gateway.ts';

const SECRET = randomBytes(24).toString('base64url');
const CANARY = `canary-${randomBytes(8).toString('hex')}`;

let gateway: TestGateway;
let peer: BrokenPeer;

beforeAll(async () => {
  peer = await startBrokenServer();
  const client = {
    name: 'Prometheus',
    auth: { secret: 'PROMETHEUS_SECRET' },
    grants: ['client_credentials'],
  };
  const machine = { ...client, id: 'prometheus', roles: ['auditor'], scopes: ['account', 'admin'] };
  const clients = [
    { ...machine, tenant: 'default' },
    { ...machine, id: 'stranger', tenant: 'elsewhere' },
  ];
  gateway = await startTestGateway(
    {},
    {
      OAUTH_CLIENTS: JSON.stringify(clients),
      PROMETHEUS_SECRET: SECRET,
      EGRESS_ALLOW_LOOPBACK: 'true',
      METRICS_FLUSH_MS: '100',
      CIRCUIT_OPENS_AFTER: '2',
    },
  );
  await publish(gateway, remoteDocument('broken', peer.url));
});

afterAll(async () => {
  await gateway.stop();
  await peer.stop();
});

/** A token of a machine, as a Prometheus server gets its own. */
async function machineToken(id: string): Promise<string> {
  const resource = `${gateway.origin}/api`;
  const fields = { grant_type: 'client_credentials', resource, scope: 'account admin' };
  return (await granted(askToken(gateway.origin, fields, [id, SECRET]))).access_token;
}

async function scrape(token: string): Promise<string> {
  const response = await fetch(`${gateway.origin}/metrics`, {
    headers: { authorization: `Bearer ${token}` },
  });
  const text = await response.text();
  expect([response.status, response.headers.get('content-type')], text).toEqual([
    200,
    'text/plain; version=0.0.4; charset=utf-8',
  ]);
  return text;
}

/** The value of the one sample that has these labels; 0 where there is none. */
function valueIn(text: string, metric: string, labels: Readonly<Record<string, string>> = {}): number {
  // Told nothing of its kind, the parser leaves a histogram its labels.
  const families = parse(text.replaceAll(' histogram\n', ' untyped\n'));
  const samples = families.filter(({ name }) => name === metric).flatMap(({ metrics }) => metrics);
  const fits = ({ labels: said = {} }: (typeof samples)[number]) =>
    Object.entries(labels).every(([name, value]) => said[name] === value);
  return samples.filter(fits).reduce((sum, { value }) => sum + Number(value), 0);
}

test('calls of both eras, their errors, durations and sessions are counted, for whoever may see them', async () => {
  const modern = await signIn(SDK_2, new URL(`${gateway.origin}/mcp`), 'ada');
  const legacy = await signIn(SDK_1, new URL(`${gateway.origin}/mcp`), 'ada');
  await modern.call('memory_remember', { text: CANARY });
  await legacy.call('memory_remember', { text: CANARY });
  for (let call = 0; call < 3; call += 1) await modern.call('broken_refuse', {});

  const token = await machineToken('prometheus');
  const note = { server: 'memory', kind: 'tool', tool: 'remember' };
  await expect.poll(async () => valueIn(await scrape(token), 'gatehouse_calls_total', note)).toBe(2);
  await expect.poll(async () => valueIn(await scrape(token), 'gatehouse_open_sessions')).toBe(1);
  const text = await scrape(token);
  expect(valueIn(text, 'gatehouse_call_duration_seconds_count', note)).toBe(2);
  expect(valueIn(text, 'gatehouse_call_errors_total', { server: 'memory' })).toBe(0);
  const refused = { server: 'broken', tool: 'refuse' };
  expect(valueIn(text, 'gatehouse_call_errors_total', { ...refused, code: 'upstream_failed' })).toBe(2);
  expect(valueIn(text, 'gatehouse_call_errors_total', { ...refused, code: 'circuit_open' })).toBe(1);
  expect(valueIn(text, 'gatehouse_circuit_openings_total', { server: 'broken' })).toBe(1);
  expect(text).not.toContain(CANARY);
  expect(text).not.toContain('ada');

  await legacy.transport.terminateSession();
  await expect.poll(async () => valueIn(await scrape(token), 'gatehouse_open_sessions')).toBe(0);
  const operator = await operatorOf(gateway);
  const { status, body } = await operator.get('/api/v1/admin/metrics?step=hour&server=memory');
  expect(status, gateway.output().slice(-3000)).toBe(200);
  expect(body.points).toEqual([expect.objectContaining({ ...note, calls: 2, errors: 0 })]);
  expect(body.points[0].p95Seconds).toBeGreaterThan(0);
});

test('an organisation sees nothing of another, and members and strangers see nothing', async () => {
  const stranger = await scrape(await machineToken('stranger'));
  expect(valueIn(stranger, 'gatehouse_calls_total')).toBe(0);
  const member = await ApiClient.signIn(gateway.origin, 'bob', 'account');
  const statuses = await Promise.all(
    [member.token, 'nothing'].map(async token => {
      const headers = { authorization: `Bearer ${token}` };
      return (await fetch(`${gateway.origin}/metrics`, { headers })).status;
    }),
  );
  expect(statuses).toEqual([403, 401]);
});
