import { McpServer, type McpServerFactory, type ServerContext } from '@modelcontextprotocol/server';
import type { About } from './about.ts';
import { schemaOf } from './schema-of.ts';
import { toolResult } from './tool-result.ts';

/** MCP, "Tool Names". */
const TOOL_NAME = /^[A-Za-z0-9_.-]{1,128}$/;

/** Tools as functions: what a module exports that needs no server of its own. */
export interface PlainTools {
  readonly name?: string;
  readonly title?: string;
  readonly version?: string;
  readonly instructions?: string;
  readonly tools: Readonly<Record<string, PlainTool>>;
}

/** One of them, by its name. Schemas are JSON Schema of an object, or zod. */
export interface PlainTool {
  readonly title?: string;
  readonly description?: string;
  readonly inputSchema?: object;
  readonly outputSchema?: object;
  readonly annotations?: object;
  readonly icons?: unknown;
  readonly _meta?: Record<string, unknown>;
  handler(args: unknown, context: ServerContext): unknown;
}

type Register = (server: McpServer) => void;

export function isPlainTools(exported: unknown): exported is PlainTools {
  const tools = (exported as PlainTools | null | undefined)?.tools;
  return typeof tools === 'object' && tools !== null && !Array.isArray(tools);
}

/**
 * The factory of a server with these tools; schemas are read once, and not for each call.
 * @throws TypeError naming the tool and what of it is wrong.
 */
export function plainToolsFactory(plain: PlainTools, about: About): McpServerFactory {
  const { tools, instructions, ...own } = plain;
  const registers = Object.entries(tools).map(([name, tool]) => registerOf(name, tool));
  if (registers.length === 0) throw new TypeError('There are no tools in "tools".');
  const info = { ...about, ...identityIn(own) };
  return () => {
    const server = new McpServer(info, {
      capabilities: { tools: { listChanged: false } },
      ...(typeof instructions === 'string' && { instructions }),
    });
    for (const register of registers) register(server);
    return server;
  };
}

function identityIn({ name, title, version }: Omit<PlainTools, 'tools'>) {
  return { ...(name && { name }), ...(title && { title }), ...(version && { version }) };
}

function registerOf(name: string, tool: PlainTool): Register {
  if (!TOOL_NAME.test(name)) {
    throw new TypeError(`The tool name "${name}" must be 1 to 128 letters, digits, "_", "." and "-".`);
  }
  if (typeof tool?.handler !== 'function') {
    throw new TypeError(`tools.${name}.handler must be a function.`);
  }
  const { title, description, annotations, icons, _meta } = tool;
  const schemas = {
    ...(tool.inputSchema && { inputSchema: schemaOf(tool.inputSchema, `tools.${name}.inputSchema`) }),
    ...(tool.outputSchema && { outputSchema: schemaOf(tool.outputSchema, `tools.${name}.outputSchema`) }),
  };
  const config = definedOf({ title, description, annotations, icons, _meta });
  const hasOutput = tool.outputSchema !== undefined;
  const run = async (args: unknown, context: ServerContext) =>
    toolResult(await tool.handler(args, context), hasOutput);
  const callback = tool.inputSchema ? run : (context: ServerContext) => run({}, context);
  return server => void server.registerTool(name, { ...config, ...schemas } as never, callback as never);
}

function definedOf(values: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
}
