import type { McpHttpHandler } from '@modelcontextprotocol/server';
import { createHandler } from './server.ts';
import type { State } from './state.ts';

/** What the gateway gives this server: a place for one user's notes, the same for an isolate's whole life. */
export interface Env {
  STATE: State;
}

let handler: McpHttpHandler | undefined;

/** Memory: notes that an agent keeps for its user. Speaks MCP 2026-07-28, and is spoken to by the gateway only. */
export default {
  fetch(request: Request, env: Env): Promise<Response> {
    handler ??= createHandler(env.STATE);
    return handler.fetch(request);
  },
};
