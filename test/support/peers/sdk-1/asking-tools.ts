import type { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import type { RequestHandlerExtra } from '@modelcontextprotocol/sdk/shared/protocol.js';
import {
  CreateMessageResultSchema,
  type ElicitRequestFormParams,
  type ElicitRequestURLParams,
  ElicitResultSchema,
  ListRootsResultSchema,
  type ServerNotification,
  type ServerRequest,
} from '@modelcontextprotocol/sdk/types.js';
import * as z from 'zod';
import { says } from './tools.ts';

type Extra = RequestHandlerExtra<ServerRequest, ServerNotification>;

/** How long people may take. The SDK's own limit is a minute. */
const PATIENCE = { timeout: 600_000 };

/** Registers what asks the client, pushing requests on the call's own stream (MCP 2025-11-25, "Elicitation" and others). */
export function registerAskingTools(server: McpServer): void {
  server.registerTool(
    'ask_name',
    { description: 'Asks for a name, then for a colour.', annotations: { readOnlyHint: true } },
    async extra => {
      const name = await field(extra, 'What is your name?', 'name');
      const colour = await field(extra, 'Which of these colours do you like best?', 'colour');
      return says(`${name} likes ${colour}.`);
    },
  );
  server.registerTool(
    'open_link',
    { description: 'Asks the user to open a link.', inputSchema: { url: z.url() } },
    async ({ url }, extra) => {
      const elicitationId = crypto.randomUUID();
      const { action } = await ask(extra, {
        mode: 'url',
        url,
        elicitationId,
        message: 'Please open this link.',
      });
      await extra.sendNotification({
        method: 'notifications/elicitation/complete',
        params: { elicitationId },
      });
      return says(`The user was asked: ${action}`);
    },
  );
  server.registerTool(
    'test_sampling',
    { description: "Puts a prompt to the client's model.", inputSchema: { prompt: z.string() } },
    async ({ prompt }, extra) => {
      const messages = [{ role: 'user' as const, content: { type: 'text' as const, text: prompt } }];
      const params = { messages, maxTokens: 100 };
      const request = { method: 'sampling/createMessage' as const, params };
      const { content } = await extra.sendRequest(request, CreateMessageResultSchema, PATIENCE);
      return says(`LLM response: ${content.type === 'text' ? content.text : content.type}`);
    },
  );
  server.registerTool(
    'test_input_required_result_list_roots',
    { description: 'Asks for the roots of the client.' },
    async extra => {
      const { roots } = await extra.sendRequest({ method: 'roots/list' }, ListRootsResultSchema, PATIENCE);
      return says(`Roots: ${JSON.stringify(roots)}`);
    },
  );
}

async function field(extra: Extra, message: string, name: string): Promise<unknown> {
  const requestedSchema = {
    type: 'object' as const,
    properties: { [name]: { type: 'string' as const } },
    required: [name],
  };
  const { action, content } = await ask(extra, { mode: 'form', message, requestedSchema });
  if (action !== 'accept') throw new Error(`No answer to "${message}" (${action})`);
  return content?.[name];
}

function ask(extra: Extra, params: ElicitRequestFormParams | ElicitRequestURLParams) {
  return extra.sendRequest({ method: 'elicitation/create', params }, ElicitResultSchema, PATIENCE);
}
