import { McpServer, type ServerNotifier, type ServerOptions } from '@modelcontextprotocol/server';
import { registerPrompts } from './prompts.ts';
import { registerResources } from './resources.ts';
import { verifyRoundState } from './round-state.ts';
import { registerAskName } from './tools/ask-name.ts';
import { registerBasicTools } from './tools/basics.ts';
import { registerChangeTools } from './tools/changes.ts';
import { registerContentTools } from './tools/content.ts';
import { registerCountTools } from './tools/count.ts';
import { registerElicitationTools } from './tools/elicitation.ts';
import { registerInputRequiredTools } from './tools/input-required.ts';
import { registerLinkTools } from './tools/links.ts';
import { registerMetaTools } from './tools/meta.ts';
import { registerSchemaTools } from './tools/schemas.ts';

// The lists are the same for everyone and only change with the code.
const SHARED = { ttlMs: 300_000, cacheScope: 'public' } as const;

const OPTIONS: ServerOptions = {
  instructions:
    'A playground with one of everything the protocol has. Start with echo, slow_count, ask_name and ' +
    'random_id; the tools named test_* are what the conformance suite calls.',
  capabilities: {
    tools: { listChanged: true },
    prompts: { listChanged: true },
    resources: { listChanged: true, subscribe: true },
    completions: {},
    logging: {},
  },
  cacheHints: {
    'server/discover': SHARED,
    'tools/list': SHARED,
    'prompts/list': SHARED,
    'resources/list': SHARED,
    'resources/templates/list': SHARED,
  },
  requestState: { verify: verifyRoundState },
};

/**
 * Builds the server that answers one request.
 *
 * @param notify where tools publish changes, for the open subscriptions of the whole isolate
 */
export function createEverythingServer(notify: ServerNotifier): McpServer {
  const server = new McpServer({ name: 'everything', title: 'Everything', version: '1.0.0' }, OPTIONS);
  registerBasicTools(server);
  registerCountTools(server);
  registerAskName(server);
  registerContentTools(server);
  registerSchemaTools(server);
  registerElicitationTools(server);
  registerInputRequiredTools(server);
  registerLinkTools(server);
  registerMetaTools(server);
  registerChangeTools(server, notify);
  registerResources(server);
  registerPrompts(server);
  return server;
}
