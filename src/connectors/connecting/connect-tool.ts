import { GatehouseError } from '../../errors.ts';
import type { JsonObject, Outcome } from '../../protocol/message.ts';
import type { Connector } from '../connector.ts';
import type { OfferedDefinitions } from '../upstream.ts';

/** What it is called. Servers that have a tool of that name cannot be asked for it. */
const CONNECT_TOOL = 'gatehouse_connect';

/** Why a server cannot say what it offers that its caller can do something about. */
const CONNECTABLE: readonly string[] = ['connection_missing', 'connection_dead', 'connection_insufficient'];

const CONNECTED = 'It is connected. Its tools are in tools/list now: list them again.';

/**
 * What a server offers that says it only to who is connected, and of which nothing is known yet: a tool of the gateway's own, which asks
 * its caller to connect as any other call does. Without one nobody could begin.
 * @param definitions what the server offers, as far as it says so.
 * @throws as `definitions` does, for all other reasons.
 */
export async function orConnectTool(
  server: string,
  definitions: () => Promise<OfferedDefinitions>,
): Promise<OfferedDefinitions> {
  try {
    // Whoever has just connected comes back to the tool for the rest of its call.
    return { ...(await definitions()), unlisted: [connectToolOf(server)] };
  } catch (error) {
    if (!(error instanceof GatehouseError) || !CONNECTABLE.includes(error.code)) throw error;
    return {
      discovered: { capabilities: { tools: { listChanged: true } } },
      tools: [connectToolOf(server)],
      prompts: [],
      resourceTemplates: [],
      note: error.message,
    };
  }
}

function connectToolOf(server: string): JsonObject {
  return {
    name: CONNECT_TOOL,
    title: 'Connect',
    description: `The server "${server}" shows its tools once its user has connected their account. This asks them to.`,
    inputSchema: { type: 'object', properties: {} },
    annotations: { readOnlyHint: true, idempotentHint: true },
  };
}

/** A server with {@link orConnectTool}'s tool: it succeeds where the server can be reached, and else fails as every call would. */
export function withConnectTool(connector: Connector): Connector {
  return {
    server: connector.server,
    version: connector.version,
    listen: (filter, client, hooks) => connector.listen(filter, client, hooks),
    async call(request, hooks) {
      if (request.method !== 'tools/call' || request.params.name !== CONNECT_TOOL)
        return connector.call(request, hooks);
      const discover = { method: 'server/discover', params: {}, client: request.client };
      const outcome = await connector.call(discover, hooks);
      return outcome.kind === 'error' ? outcome : says(CONNECTED);
    },
  };
}

function says(text: string): Outcome {
  return { kind: 'result', result: { content: [{ type: 'text', text }], resultType: 'complete' } };
}
