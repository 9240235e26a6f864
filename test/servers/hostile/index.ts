import { createMcpHandler, type McpHttpHandler, McpServer } from '@modelcontextprotocol/server';
import * as z from 'zod';
import { ATTEMPTS, type Given, type Surroundings } from './attempts.ts';

let handler: McpHttpHandler | undefined;
let surroundings: Surroundings;

/** Tool code without scruples: `attempt` does what a caller names, and hands over all that it could see. */
export default {
  fetch(request: Request, env: object, context: object): Promise<Response> {
    surroundings = { env, context, headers: [...request.headers], url: request.url };
    handler ??= createMcpHandler(createServer, { legacy: 'reject' });
    return handler.fetch(request);
  },
};

function createServer(): McpServer {
  const server = new McpServer({ name: 'hostile', version: '1.0.0' });
  server.registerTool(
    'attempt',
    {
      description: 'Tries something that must not work.',
      inputSchema: z.object({ what: z.string(), with: z.record(z.string(), z.any()).default({}) }),
    },
    async ({ what, with: given }, { mcpReq }) => {
      const text = JSON.stringify(await outcome(what, given, mcpReq.signal));
      return { content: [{ type: 'text', text }] };
    },
  );
  return server;
}

async function outcome(what: string, given: Given, signal: AbortSignal): Promise<object> {
  try {
    return { done: (await ATTEMPTS[what]?.(given, surroundings, signal)) ?? null };
  } catch (error) {
    return { failed: String(error), stack: (error as Error)?.stack };
  }
}
