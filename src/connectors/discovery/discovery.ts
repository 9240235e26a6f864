import * as z from 'zod';
import { GatehouseError } from '../../errors.ts';
import { failure, type JsonObject, type Outcome } from '../../protocol/message.ts';
import type { Connector } from '../connector.ts';
import type { Route } from '../route.ts';
import type { ReadyUpstream } from '../upstream.ts';
import { DISCOVERY_DEFINITIONS, type DiscoveryTool, isDiscoveryTool } from './discovery-tools.ts';
import { searchTools } from './search-tools.ts';
import { definitionOf, type ShownTool, shownTools } from './shown-tool.ts';

/** How many names are suggested where there is none like that. */
const SUGGESTIONS = 5;

const named = z.object({ name: z.string() });
const call = z.object({ name: z.string(), arguments: z.record(z.string(), z.unknown()).default({}) });

/** Whether an endpoint has more tools than it lists. */
export function hasTooMany(ready: readonly ReadyUpstream[], maxListedTools: number): boolean {
  return ready.reduce((sum, { definitions }) => sum + definitions.tools.length, 0) > maxListedTools;
}

/** What is listed in their place. */
export function discoveryList(): JsonObject[] {
  return [...DISCOVERY_DEFINITIONS];
}

/** What the endpoint tells agents of the tools that it does not list. */
export function discoveryInstructions(ready: readonly ReadyUpstream[]): string {
  const counts = ready
    .filter(({ definitions }) => definitions.tools.length > 0)
    .map(({ connector, definitions }) => `${connector.server} (${definitions.tools.length})`);
  return (
    `There are more tools than are listed. By server: ${counts.join(', ')}. Find them with search_tools, read how one is called with ` +
    'describe_tool, and call it by its name, or with call_tool where only listed tools can be called.'
  );
}

/**
 * Where a call of one of the three tools goes; undefined for all other calls. A server's own tool of such a name is called directly
 * as long as all tools are listed, and else by `call_tool`.
 */
export function discoveryRoute(
  ready: readonly ReadyUpstream[],
  params: JsonObject,
  maxListedTools: number,
): Route | undefined {
  if (!isDiscoveryTool(params.name)) return undefined;
  const tools = shownTools(ready);
  const isTheirs = tools.some(({ name }) => name === params.name);
  if (isTheirs && !hasTooMany(ready, maxListedTools)) return undefined;
  return ROUTES[params.name](tools, params);
}

const ROUTES: Readonly<Record<DiscoveryTool, (tools: readonly ShownTool[], params: JsonObject) => Route>> = {
  search_tools: (tools, params) => answered(params, () => searchTools(tools, params.arguments)),
  describe_tool: (tools, params) => answered(params, () => described(tools, params.arguments)),
  call_tool: calledTool,
};

/** A call through `call_tool` is the call of its tool, with all that comes with it: its scope, its rounds, its progress. */
function calledTool(tools: readonly ShownTool[], params: JsonObject): Route {
  const { data } = call.safeParse(params.arguments);
  if (!data)
    return answered(params, () => refuse('Give the name of a tool, and its arguments as an object.'));
  const tool = tools.find(({ name }) => name === data.name);
  if (!tool) return answered(params, () => refuse(unknownTool(tools, data.name)));
  const inner = { ...params, name: tool.item.name, arguments: data.arguments };
  return { connector: tool.connector, params: inner, tool: tool.item, isIndirect: true };
}

function described(tools: readonly ShownTool[], args: unknown): JsonObject {
  const { data } = named.safeParse(args);
  if (!data) return refuse('Give the name of a tool.');
  const tool = tools.find(({ name }) => name === data.name);
  if (!tool) return refuse(unknownTool(tools, data.name));
  const definition = definitionOf(tool);
  return {
    content: [{ type: 'text', text: JSON.stringify(definition) }],
    structuredContent: { tool: definition },
  };
}

function unknownTool(tools: readonly ShownTool[], name: string): string {
  const { structuredContent } = searchTools(tools, { query: name, limit: SUGGESTIONS });
  const { tools: near } = structuredContent as { tools: readonly { name: string }[] };
  const names = near.map(each => each.name).join(', ');
  return `There is no tool "${name}". ${names ? `Near it are: ${names}.` : 'Find one with search_tools.'}`;
}

function refuse(reason: string): never {
  throw new GatehouseError('params_invalid', reason);
}

/** A call that the gateway answers itself. */
function answered(params: JsonObject, answer: () => JsonObject): Route {
  const connector: Connector = {
    server: 'gatehouse',
    call: async () => outcomeOf(answer),
    listen: async () => {},
  };
  return { connector, params, isGatewayTool: true };
}

/** What is wrong with the arguments is for the agent to mend: a result that says so (MCP, "Error Handling"). */
function outcomeOf(answer: () => JsonObject): Outcome {
  try {
    return { kind: 'result', result: { ...answer(), resultType: 'complete' } };
  } catch (error) {
    if (!(error instanceof GatehouseError)) return failure(error);
    const content = [{ type: 'text', text: error.message }];
    return { kind: 'result', result: { content, isError: true, resultType: 'complete' } };
  }
}
