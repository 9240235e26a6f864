import { Client as Client2, StreamableHTTPClientTransport as Transport2 } from '@modelcontextprotocol/client';
import { Client as Client1 } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport as Transport1 } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import {
  ElicitRequestSchema,
  ResourceUpdatedNotificationSchema,
  ToolListChangedNotificationSchema,
} from '@modelcontextprotocol/sdk/types.js';
import { describe, expect, onTestFinished, test } from 'vitest';
import { FAULT_NAMES, startBrokenServer } from './support/peers/broken-server.ts';
import { startChangingServer } from './support/peers/changing-server.ts';
import { startLegacyFixture, startModernFixture } from './support/peers/fixture.ts';
import type { Peer } from './support/peers/peer.ts';
import { startSdk1Server } from './support/peers/sdk-1-server.ts';
import { startServerEverything } from './support/peers/server-everything.ts';

/** The peers by themselves: what a test of the gateway finds out about them must not be their own fault. */

async function connect1(peer: Peer): Promise<{ client: Client1; transport: Transport1; heard: string[] }> {
  const client = new Client1(
    { name: 'test', version: '1' },
    { capabilities: { elicitation: {}, roots: {} } },
  );
  const heard: string[] = [];
  client.setRequestHandler(ElicitRequestSchema, ({ params }) => ({
    action: 'accept',
    content: params.message.includes('name') ? { name: 'Ada' } : { colour: 'green' },
  }));
  client.setNotificationHandler(ToolListChangedNotificationSchema, ({ method }) => void heard.push(method));
  client.setNotificationHandler(ResourceUpdatedNotificationSchema, ({ method }) => void heard.push(method));
  const transport = new Transport1(new URL(peer.url));
  await client.connect(transport as Transport);
  onTestFinished(() => client.close());
  return { client, transport, heard };
}

async function connect2(peer: Peer): Promise<Client2> {
  const client = new Client2(
    { name: 'test', version: '1' },
    { versionNegotiation: { mode: { pin: '2026-07-28' } } },
  );
  await client.connect(new Transport2(new URL(peer.url)));
  onTestFinished(() => client.close());
  return client;
}

async function running<Some extends Peer>(starting: Promise<Some>): Promise<Some> {
  const peer = await starting;
  onTestFinished(() => peer.stop());
  return peer;
}

describe.each([
  ['the fixture by SDK 2.4', startLegacyFixture],
  ['the server of SDK 1.32', startSdk1Server],
])('%s as a legacy remote', (_what, start) => {
  test('pushes questions on the stream of a call', async () => {
    const { client } = await connect1(await running(start()));
    const { content } = await client.callTool({ name: 'ask_name', arguments: {} });
    expect(content).toEqual([{ type: 'text', text: 'Ada likes green.' }]);
  });

  test('tells its sessions of changes', async () => {
    const { client, heard } = await connect1(await running(start()));
    await client.subscribeResource({ uri: 'test://watched-resource' });
    await client.callTool({ name: 'set_watched_text', arguments: { text: 'other' } });
    await client.callTool({ name: 'test_trigger_tool_change', arguments: {} });
    await expect
      .poll(() => heard)
      .toEqual(['notifications/resources/updated', 'notifications/tools/list_changed']);
  });

  test('answers 404 for sessions that it has lost, and keeps those of an outage', async () => {
    const peer = await running(start());
    const { client } = await connect1(peer);
    await peer.goDown();
    await expect(client.listTools()).rejects.toThrow();
    await peer.comeBack();
    await client.listTools();
    await peer.loseSessions();
    await expect(client.listTools()).rejects.toThrow(/404|Session not found/);
  });
});

test('the fixture by SDK 2.4 as a modern remote answers requests without sessions', async () => {
  const client = await connect2(await running(startModernFixture()));
  const { content } = await client.callTool({ name: 'echo', arguments: { message: 'hello' } });
  expect(content).toEqual([{ type: 'text', text: 'hello' }]);
});

test('the reference server answers in its own process', async () => {
  const { client } = await connect1(await running(startServerEverything()));
  const { content } = await client.callTool({ name: 'echo', arguments: { message: 'hello' } });
  expect(content).toEqual([{ type: 'text', text: 'Echo: hello' }]);
});

test('a changing server has the tools that it is told to have', async () => {
  const peer = await running(startChangingServer([{ name: 'first', description: 'One.' }]));
  const client = await connect2(peer);
  const names = async () => (await client.listTools()).tools.map(({ name }) => name);
  expect(await names()).toEqual(['first']);
  peer.define([{ name: 'second', description: 'Two.' }]);
  expect(await names()).toEqual(['second']);
  await client.callTool({ name: 'second', arguments: {} });
  expect(peer.called).toEqual(['second']);
});

test('a broken server works where it is not broken, and never answers a faulty call well', async () => {
  const peer = await running(startBrokenServer());
  const client = await connect2(peer);
  // The SDK checks structured content once it knows the schemas.
  await client.listTools();
  expect((await client.callTool({ name: 'work', arguments: {} })).structuredContent).toEqual({ count: 1 });
  const faults = FAULT_NAMES.filter(name => name !== 'flood');
  const outcomes = faults.map(name =>
    client.callTool({ name, arguments: {} }, { timeout: 1000 }).then(
      () => `${name} was answered`,
      () => name,
    ),
  );
  expect(await Promise.all(outcomes)).toEqual(faults);
});
