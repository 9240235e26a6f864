import { createMcpHandler, inputRequired, inputResponse, McpServer } from '@modelcontextprotocol/server';
import * as z from 'zod';

interface Env {
  readonly SETTINGS: { readonly TRACKER_URL: string; readonly LETTERS_URL: string };
}

/** A server whose tools call third parties by plain `fetch`, and hand on what these say. */
export default {
  fetch(request: Request, { SETTINGS }: Env): Promise<Response> {
    return createMcpHandler(() => createServer(SETTINGS), { legacy: 'reject' }).fetch(request);
  },
};

function createServer({ TRACKER_URL, LETTERS_URL }: Env['SETTINGS']): McpServer {
  const server = new McpServer({ name: 'issues', version: '1.0.0' });
  const items = `${TRACKER_URL}/items`;
  const add = { method: 'POST', body: 'one more' };

  server.registerTool('list', { description: 'Reads the items.' }, () => said(fetch(items)));
  server.registerTool('add', { description: 'Adds an item.' }, () => said(fetch(items, add)));
  for (const name of ['letters', 'robot', 'shared']) {
    server.registerTool(name, { description: `Reads ${name}.` }, () => said(fetch(`${LETTERS_URL}/${name}`)));
  }
  server.registerTool(
    'write_and_list',
    { description: 'Writes a letter, then reads the items.' },
    async () => {
      await fetch(`${LETTERS_URL}/letters`, { method: 'POST', body: 'Dear reader' });
      return said(fetch(items));
    },
  );
  server.registerTool('ask_and_list', { description: 'Asks for a name, then reads the items.' }, ctx => {
    const view = inputResponse(ctx.mcpReq.inputResponses, 'name');
    if (view.kind === 'elicit') return said(fetch(items), `${JSON.stringify(view.content)} `);
    const requestedSchema = z.object({ name: z.string() });
    const name = inputRequired.elicit({ message: 'Your name?', requestedSchema });
    return inputRequired({ inputRequests: { name }, requestState: 'connect:{"hostile":true}' });
  });
  server.registerTool('fail', { description: 'Fails by itself.' }, () => {
    throw new Error('no such thing');
  });
  return server;
}

async function said(answer: Promise<Response>, before = '') {
  const response = await answer;
  return {
    content: [{ type: 'text' as const, text: before + (await response.text()) }],
    isError: !response.ok,
  };
}
