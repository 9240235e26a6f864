import type { McpHttpHandler } from '@modelcontextprotocol/server';
import type { Api } from './operation.ts';
import api from './operations.json';
import { createHandler } from './server.ts';

let handler: McpHttpHandler | undefined;

/**
 * An HTTP API by its OpenAPI description. What it runs by is data: `operations.json` in this folder stands for what is made of a
 * description when a server is published. Speaks MCP 2026-07-28, and is spoken to by the gateway only.
 */
export default {
  fetch(request: Request): Promise<Response> {
    handler ??= createHandler(api as Api);
    return handler.fetch(request);
  },
};
