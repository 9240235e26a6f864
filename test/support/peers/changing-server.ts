import { createMcpHandler, fromJsonSchema, McpServer } from '@modelcontextprotocol/server';
import { type LocalPeer, peerAt } from './peer.ts';
import { Site } from './site.ts';

/** A tool as a changing server defines it. */
export interface ChangingTool {
  readonly name: string;
  readonly description: string;
  readonly inputSchema?: Readonly<Record<string, unknown>>;
  readonly annotations?: Readonly<Record<string, boolean>>;
}

/** A remote whose tools are what the test says. */
export interface ChangingPeer extends LocalPeer {
  /** The tools from now on; whoever listens is told. */
  define(tools: readonly ChangingTool[]): void;
  /** The names of the tools that were called, oldest first. */
  readonly called: string[];
}

const ANYTHING = { type: 'object', additionalProperties: true };

/** Starts a server of SDK 2.4 that speaks both eras (2025 without sessions) and changes its tools on command. Each says its own name. */
export async function startChangingServer(first: readonly ChangingTool[]): Promise<ChangingPeer> {
  let tools = first;
  const called: string[] = [];
  const handler = createMcpHandler(() => {
    const server = new McpServer(
      { name: 'changing', version: '1.0.0' },
      { capabilities: { tools: { listChanged: true } } },
    );
    for (const { name, description, inputSchema = ANYTHING, annotations } of tools) {
      const shown = {
        description,
        inputSchema: fromJsonSchema(inputSchema),
        ...(annotations && { annotations }),
      };
      server.registerTool(name, shown, () => {
        called.push(name);
        return { content: [{ type: 'text', text: `This is ${name}.` }] };
      });
    }
    return server;
  });
  const site = await Site.start(request => handler.fetch(request));
  return {
    ...peerAt(site),
    called,
    define(next) {
      tools = next;
      handler.notify.toolsChanged();
    },
  };
}
