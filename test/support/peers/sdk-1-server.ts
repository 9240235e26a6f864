import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { WebStandardStreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/webStandardStreamableHttp.js';
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import { SubscribeRequestSchema, UnsubscribeRequestSchema } from '@modelcontextprotocol/sdk/types.js';
import * as z from 'zod';
import { EventLog } from './event-log.ts';
import type { SessionPeer } from './fixture.ts';
import { peerAt } from './peer.ts';
import { registerAskingTools } from './sdk-1/asking-tools.ts';
import { registerPrompts, registerResources, WATCHED_URI, type World } from './sdk-1/reading.ts';
import { registerSlowTools } from './sdk-1/slow-tools.ts';
import { registerPlainTools, says } from './sdk-1/tools.ts';
import { SessionHouse } from './session-house.ts';
import { Site } from './site.ts';

/** How an SDK 1.32 server is to be. */
export interface Sdk1Options {
  /** Whether its streams can be resumed by `Last-Event-ID`. */
  readonly isResumable?: boolean;
}

/**
 * A server of SDK 1.32, which shares no code with the gateway: tools, prompts and resources named as those of `everything`,
 * sessions that it can lose, and streams that can be resumed. Its sessions outlive `goDown`, unless they are lost too.
 */
export async function startSdk1Server({ isResumable = true }: Sdk1Options = {}): Promise<SessionPeer> {
  const world: World = {
    watched: 'Nobody has changed this text yet.',
    count: { to: 0, counted: 0, isRunning: false },
  };
  const followers = new Set<Follower>();
  const house = new SessionHouse(async hooks => {
    const follower: Follower = { server: newServer(), uris: new Set() };
    followers.add(follower);
    furnish(follower, world, followers);
    const store = isResumable && { eventStore: new EventLog<never>() };
    const transport = new WebStandardStreamableHTTPServerTransport({ ...hooks, ...store });
    // The SDK's own class does not satisfy its interface where optional members are exact.
    await follower.server.connect(transport as Transport);
    follower.server.server.onclose = () => void followers.delete(follower);
    return transport;
  });
  const site = await Site.start(house.answer);
  return { ...peerAt(site), sessions: () => house.size, loseSessions: () => house.lose() };
}

/** A session, with what it subscribed to. */
interface Follower {
  readonly server: McpServer;
  readonly uris: Set<string>;
}

function newServer(): McpServer {
  const capabilities = {
    tools: { listChanged: true },
    prompts: { listChanged: true },
    resources: { listChanged: true, subscribe: true },
    completions: {},
    logging: {},
  };
  return new McpServer(
    { name: 'sdk-1-server', version: '1.0.0' },
    { capabilities, instructions: 'A server of SDK 1.32.' },
  );
}

function furnish(follower: Follower, world: World, followers: ReadonlySet<Follower>): void {
  const { server } = follower;
  registerPlainTools(server);
  registerSlowTools(server, world.count);
  registerAskingTools(server);
  registerPrompts(server);
  registerResources(server, world);
  registerChangeTools(server, world, followers);
  letSubscribe(follower);
}

function registerChangeTools(server: McpServer, world: World, followers: ReadonlySet<Follower>): void {
  server.registerTool('test_trigger_tool_change', { description: 'Announces other tools.' }, () => {
    for (const follower of followers) follower.server.sendToolListChanged();
    return says('Announced: tools changed');
  });
  server.registerTool('test_trigger_prompt_change', { description: 'Announces other prompts.' }, () => {
    for (const follower of followers) follower.server.sendPromptListChanged();
    return says('Announced: prompts changed');
  });
  server.registerTool(
    'set_watched_text',
    { description: `Changes ${WATCHED_URI}.`, inputSchema: { text: z.string() } },
    async ({ text }) => {
      world.watched = text;
      const told = [...followers].filter(({ uris }) => uris.has(WATCHED_URI));
      await Promise.all(told.map(one => one.server.server.sendResourceUpdated({ uri: WATCHED_URI })));
      return says(`Changed ${WATCHED_URI}`);
    },
  );
}

function letSubscribe({ server, uris }: Follower): void {
  server.server.setRequestHandler(SubscribeRequestSchema, ({ params }) => {
    uris.add(params.uri);
    return {};
  });
  server.server.setRequestHandler(UnsubscribeRequestSchema, ({ params }) => {
    uris.delete(params.uri);
    return {};
  });
}
