import {
  createMcpHandler,
  type McpHttpHandler,
  McpServer,
  type ServerNotifier,
} from '@modelcontextprotocol/server';
import { INDEX_URI, uriOf } from './note.ts';
import { Notes } from './notes.ts';
import { registerPrompts } from './prompts.ts';
import { registerResources } from './resources.ts';
import type { State } from './state.ts';
import { registerForget } from './tools/forget.ts';
import { registerList } from './tools/list.ts';
import { registerRecall } from './tools/recall.ts';
import { registerRemember } from './tools/remember.ts';
import { registerSearch } from './tools/search.ts';

const INSTRUCTIONS =
  'Notes that last beyond this session. Search them when a task begins or the user refers to something from before; ' +
  'remember a note when the user asks for it, or states a preference, decision or fact that later sessions need. ' +
  'Never put passwords or other secrets into notes, and forget a note once it is wrong.';

const REGISTRARS = [
  registerRemember,
  registerRecall,
  registerSearch,
  registerForget,
  registerList,
  registerResources,
  registerPrompts,
];

/**
 * The handler of an isolate. There must be one of it, because its `notify` reaches only the
 * `subscriptions/listen` streams that it serves itself.
 */
export function createHandler(state: State): McpHttpHandler {
  const notes = new Notes(state, id => announce(handler.notify, id));
  const handler: McpHttpHandler = createMcpHandler(() => createServer(notes), { legacy: 'reject' });
  return handler;
}

/** A server for one request: SDK handlers make one each time, so it must be cheap and hold nothing. */
function createServer(notes: Notes): McpServer {
  const server = new McpServer(
    { name: 'memory', title: 'Memory', version: '1.0.0' },
    {
      instructions: INSTRUCTIONS,
      capabilities: {
        tools: { listChanged: false },
        prompts: { listChanged: false },
        resources: { listChanged: true, subscribe: true },
      },
    },
  );
  for (const register of REGISTRARS) register(server, notes);
  return server;
}

/** A note came or went: so did its resource, and what the index says. */
function announce(notify: ServerNotifier, id: string): void {
  notify.resourcesChanged();
  notify.resourceUpdated(uriOf(id));
  notify.resourceUpdated(INDEX_URI);
}
