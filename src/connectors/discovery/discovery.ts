import * as z from 'zod';
import { GatehouseError } from '../../errors.ts';
import { failure, type JsonObject, type Outcome } from '../../protocol/message.ts';
import type { Connector } from '../connector.ts';
import type { Gathered } from '../gather.ts';
import type { NamedItem } from '../named-items.ts';
import type { Route } from '../route.ts';
import type { ReadyUpstream } from '../upstream.ts';
import { DISCOVERY_DEFINITIONS, type DiscoveryTool } from './discovery-tools.ts';
import { searchTools } from './search-tools.ts';

/** How many names are suggested where there is none like that. */
const SUGGESTIONS = 5;

const named = z.object({ name: z.string() });
const call = z.object({ name: z.string(), arguments: z.record(z.string(), z.unknown()).default({}) });

/** The tools of an endpoint. */
export interface Findable {
  /** The one of a name. @throws GatehouseError `name_unknown`, `definition_unapproved`, or why its server could not say. */
  find(name: string): Promise<NamedItem>;
  /** What all servers offer. */
  all(): Promise<Gathered<ReadyUpstream>>;
}

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

/** Where a call of one of the three tools goes. */
export async function discoveryRoute(
  params: JsonObject & { readonly name: DiscoveryTool },
  tools: Findable,
): Promise<Route> {
  switch (params.name) {
    case 'search_tools':
      return answered(params, async () => searchTools(await tools.all(), params.arguments));
    case 'describe_tool':
      return answered(params, () => described(tools, params.arguments));
    case 'call_tool':
      return calledTool(tools, params);
  }
}

/** A call through `call_tool` is the call of its tool, with all that comes with it: its scope, its rounds, its progress. */
async function calledTool(tools: Findable, params: JsonObject): Promise<Route> {
  const { data } = call.safeParse(params.arguments);
  if (!data) {
    const error = invalid('Give the name of a tool, and its arguments as an object.');
    return answered(params, () => Promise.reject(error));
  }
  try {
    const { connector, item } = await found(tools, data.name);
    const inner = { ...params, name: item.name, arguments: data.arguments };
    return { connector, params: inner, tool: item, isIndirect: true };
  } catch (error) {
    if (!isForAgents(error)) throw error;
    return answered(params, () => Promise.reject(error));
  }
}

async function described(tools: Findable, args: unknown): Promise<JsonObject> {
  const { data } = named.safeParse(args);
  if (!data) throw invalid('Give the name of a tool.');
  const { item, isDenied } = await found(tools, data.name);
  if (isDenied) throw invalid(`The policy of your organisation does not allow you to use ${data.name}.`);
  const tool = { ...item, name: data.name };
  return { content: [{ type: 'text', text: JSON.stringify(tool) }], structuredContent: { tool } };
}

/** The tool of a name; for a name that none has, those near it are suggested. */
async function found(tools: Findable, name: string): Promise<NamedItem> {
  try {
    return await tools.find(name);
  } catch (error) {
    if (!(error instanceof GatehouseError) || error.code !== 'name_unknown') throw error;
    throw invalid(`${error.message} ${await suggestion(tools, name)}`);
  }
}

async function suggestion(tools: Findable, name: string): Promise<string> {
  const { structuredContent } = searchTools(await tools.all(), { query: name, limit: SUGGESTIONS });
  const near = (structuredContent as { tools: readonly { name: string }[] }).tools.map(tool => tool.name);
  return near.length > 0 ? `Near it are: ${near.join(', ')}.` : 'Find one with search_tools.';
}

/** A call that the gateway answers itself. */
function answered(params: JsonObject, answer: () => Promise<JsonObject>): Route {
  const connector: Connector = {
    server: 'gatehouse',
    version: '',
    call: () => outcomeOf(answer),
    listen: async () => {},
  };
  return { connector, params, isGatewayTool: true };
}

/** What is wrong with the arguments is for the agent to mend: a result that says so (MCP, "Error Handling"). */
async function outcomeOf(answer: () => Promise<JsonObject>): Promise<Outcome> {
  try {
    return { kind: 'result', result: { ...(await answer()), resultType: 'complete' } };
  } catch (error) {
    if (!isForAgents(error)) return failure(error);
    const content = [{ type: 'text', text: error.message }];
    return { kind: 'result', result: { content, isError: true, resultType: 'complete' } };
  }
}

function isForAgents(error: unknown): error is GatehouseError {
  return error instanceof GatehouseError && ['params_invalid', 'cursor_invalid'].includes(error.code);
}

function invalid(reason: string): GatehouseError {
  return new GatehouseError('params_invalid', reason);
}
