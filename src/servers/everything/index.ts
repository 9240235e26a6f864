import { createMcpHandler, type McpHttpHandler } from '@modelcontextprotocol/server';
import { createEverythingServer } from './server.ts';

/**
 * One handler per isolate: the streams of `subscriptions/listen` and the tools that publish changes must meet
 * on the same bus, though every request gets a server of its own.
 */
const handler: McpHttpHandler = createMcpHandler(() => createEverythingServer(handler.notify), {
  legacy: 'reject',
});

/** The hosted server: speaks revision 2026-07-28 only, needs no binding and no network. */
export default {
  fetch(request: Request, _env: unknown): Promise<Response> {
    return handler.fetch(request);
  },
};
