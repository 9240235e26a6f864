import {
  createMcpHandler,
  type McpHttpHandler,
  ProtocolError,
  ProtocolErrorCode,
  Server,
} from '@modelcontextprotocol/server';
import { callOperation } from './call.ts';
import type { Api } from './operation.ts';

/** The handler of an isolate. `api` is what it runs by. */
export function createHandler(api: Api): McpHttpHandler {
  return createMcpHandler(() => createServer(api), { legacy: 'reject' });
}

/**
 * A server for one request. It has a tool for each operation, and no list of them: what they are is known since the server was
 * published, and an isolate is not woken for it.
 */
function createServer(api: Api): Server {
  const { name, title, version } = api;
  const server = new Server({ name, title, version }, { capabilities: { tools: { listChanged: false } } });
  server.setRequestHandler('tools/call', ({ params }, { mcpReq: { signal } }) => {
    const { name: tool, arguments: args = {} } = params;
    const operation = Object.hasOwn(api.operations, tool) ? api.operations[tool] : undefined;
    if (!operation) throw new ProtocolError(ProtocolErrorCode.InvalidParams, `Unknown tool: ${tool}.`);
    return callOperation({ api, tool, operation, args, signal });
  });
  return server;
}
