import type { Definitions } from '../catalog/definitions.ts';
import { GatehouseError, RPC } from '../errors.ts';
import type { JsonObject, Outcome } from '../protocol/message.ts';
import { LIST_ITEMS, type ListMethod } from '../protocol/method.ts';
import type { ClientProfile } from '../protocol/modern.ts';
import type { Connector } from './connector.ts';

/** The most items that are read of one list of one server. */
const MAX_ITEMS = 10_000;

/** The most that a list may hold, as JSON: several are in memory at a time. */
const MAX_LENGTH = 8 * 1024 * 1024;

const GATEWAY: ClientProfile = { info: { name: 'gatehouse', version: '1' }, capabilities: {} };

/** The capability a server must declare for each list to be asked for. */
const DECLARED_BY: Readonly<Record<ListMethod, string>> = {
  'tools/list': 'tools',
  'prompts/list': 'prompts',
  'resources/list': 'resources',
  'resources/templates/list': 'resources',
};

/**
 * Asks a server what it offers. Throws GatehouseError when it cannot say: `upstream_failed`, or what is wrong with our way to it.
 * @param client as whom; a server may offer some of it only to those who can be asked.
 */
export async function readDefinitions(
  connector: Connector,
  signal: AbortSignal,
  client = GATEWAY,
): Promise<Definitions> {
  const discovered = resultOf(
    connector.server,
    await connector.call({ method: 'server/discover', params: {}, client }, { signal, notify: () => {} }),
  );
  const read = (method: ListMethod) => readList(connector, method, discovered, client, signal);
  const [tools, prompts, resourceTemplates] = await Promise.all([
    read('tools/list'),
    read('prompts/list'),
    read('resources/templates/list'),
  ]);
  return { discovered, tools, prompts, resourceTemplates };
}

/**
 * All items of one list of one server, page after page; none where it does not offer such a list.
 * @throws GatehouseError `upstream_failed`, also for a list that is too long; or why the server could not be asked.
 */
export async function readList(
  connector: Connector,
  method: ListMethod,
  discovered: JsonObject,
  client: ClientProfile,
  signal: AbortSignal,
): Promise<JsonObject[]> {
  if (!(discovered.capabilities as JsonObject)[DECLARED_BY[method]]) return [];
  const items: JsonObject[] = [];
  let cursor: unknown;
  let length = 0;
  do {
    const params = cursor === undefined ? {} : { cursor };
    const outcome = await connector.call({ method, params, client }, { signal, notify: () => {} });
    // A capability may stand for several lists, and servers leave out those that they have nothing for.
    if (cursor === undefined && isNoMethod(outcome)) return [];
    const result = resultOf(connector.server, outcome);
    length += JSON.stringify(result).length;
    if (length > MAX_LENGTH) throw tooMuch(connector.server, method);
    items.push(...(result[LIST_ITEMS[method]] as JsonObject[]).slice(0, MAX_ITEMS));
    cursor = result.nextCursor;
  } while (cursor !== undefined && items.length < MAX_ITEMS);
  return items;
}

function isNoMethod(outcome: Outcome): boolean {
  return outcome.kind === 'error' && outcome.error.code === RPC.methodNotFound;
}

function tooMuch(server: string, method: ListMethod): GatehouseError {
  const words = `The server "${server}" answers ${method} with more than ${MAX_LENGTH} characters.`;
  return new GatehouseError('upstream_failed', words);
}

function resultOf(server: string, outcome: Outcome): JsonObject {
  if (outcome.kind === 'result') return outcome.result;
  const message = `The server "${server}": ${outcome.error.message}`;
  throw new GatehouseError(outcome.own ?? 'upstream_failed', message);
}
