import { createMcpHandler, McpServer } from '@modelcontextprotocol/server';
import * as z from 'zod';

interface Env {
  readonly SETTINGS: { readonly POST_URL: string };
}

/** A server whose one tool sends a letter, with a credential that an operator has set. */
export default {
  fetch(request: Request, { SETTINGS }: Env): Promise<Response> {
    return createMcpHandler(() => createServer(SETTINGS), { legacy: 'reject' }).fetch(request);
  },
};

function createServer({ POST_URL }: Env['SETTINGS']): McpServer {
  const server = new McpServer({ name: 'courier', version: '1.0.0' });
  const inputSchema = z.object({ to: z.string(), text: z.string() });
  server.registerTool('send', { description: 'Sends a letter.', inputSchema }, async ({ to, text }) => {
    const url = new URL('/letters', POST_URL);
    url.searchParams.set('to', to);
    const response = await fetch(url, { method: 'POST', body: text });
    return {
      content: [{ type: 'text' as const, text: `${response.status} ${await response.text()}` }],
      isError: !response.ok,
    };
  });
  return server;
}
