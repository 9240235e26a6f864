import * as z from 'zod';
import { GatehouseError } from '../../errors.ts';
import { page } from '../../protocol/cursor.ts';
import type { JsonObject } from '../../protocol/message.ts';
import type { Gathered } from '../gather.ts';
import { type PlacedItem, placedItems } from '../named-items.ts';
import type { ReadyUpstream } from '../upstream.ts';
import { shortDescriptionOf } from './described.ts';
import { SEARCH_LIMIT } from './discovery-tools.ts';
import { searchIndexOf } from './search-index.ts';

const NONE_FOUND = 'No tool was found. Try other words, or search without a query to go through all.';

const asked = z.strictObject({
  query: z.string().default(''),
  server: z.string().optional(),
  readOnly: z.boolean().optional(),
  limit: z.int().min(1).max(SEARCH_LIMIT.most).default(SEARCH_LIMIT.usual),
  cursor: z.string().optional(),
});

/** What is asked of a search. */
type Asked = z.infer<typeof asked>;

/** A tool as a search shows it. */
interface Found {
  readonly name: string;
  readonly server: string;
  readonly description: string;
  readonly annotations?: unknown;
}

/**
 * Answers `search_tools`, with a word on servers that could not say what they have.
 * @throws GatehouseError `params_invalid`, `cursor_invalid`.
 */
export function searchTools({ values, unavailable }: Gathered<ReadyUpstream>, args: unknown): JsonObject {
  const { query, limit, cursor, ...filter } = parsed(args);
  const tools = placedItems(values, 'tools');
  if (filter.server !== undefined) requireServer(tools, filter.server);
  const all = ranked(tools, query).filter(tool => isWanted(tool, filter));
  const { items, nextCursor } = page(all, cursor, limit);
  const found = items.map(foundOf);
  return {
    content: [{ type: 'text', text: textOf(found, all.length, nextCursor, Object.values(unavailable)) }],
    structuredContent: { tools: found, total: all.length, ...(nextCursor !== undefined && { nextCursor }) },
  };
}

function parsed(args: unknown): Asked {
  const { data, error } = asked.safeParse(args ?? {});
  if (data) return data;
  const [issue] = error.issues;
  throw new GatehouseError('params_invalid', `${issue?.path.join('.') || 'arguments'}: ${issue?.message}.`);
}

/** Best first; without words all of them, as they are listed. */
function ranked(tools: readonly PlacedItem[], query: string): readonly PlacedItem[] {
  if (query.trim() === '') return tools;
  return searchIndexOf(tools)(query).flatMap(at => tools[at] ?? []);
}

function isWanted({ connector, item }: PlacedItem, { server, readOnly }: Partial<Asked>): boolean {
  const isOfServer = server === undefined || connector.server === server;
  return isOfServer && (readOnly === undefined || readOnly === onlyReads(item));
}

function onlyReads({ annotations }: JsonObject): boolean {
  return (annotations as { readOnlyHint?: unknown } | undefined)?.readOnlyHint === true;
}

function requireServer(tools: readonly PlacedItem[], name: string): void {
  const servers = [...new Set(tools.map(({ connector }) => connector.server))];
  if (servers.includes(name)) return;
  throw new GatehouseError(
    'params_invalid',
    `server: there is no "${name}" here. The servers with tools are: ${servers.join(', ')}.`,
  );
}

function foundOf(tool: PlacedItem): Found {
  const { annotations } = tool.item;
  return {
    name: tool.name,
    server: tool.connector.server,
    description: shortDescriptionOf(tool),
    ...(annotations !== undefined && { annotations }),
  };
}

function textOf(
  found: readonly Found[],
  total: number,
  nextCursor: string | undefined,
  missing: readonly string[],
): string {
  const lines = found.map(({ name, server, description }) => `${name} (${server}): ${description}`);
  const more =
    nextCursor === undefined ? [] : [`There are more: call again with the cursor "${nextCursor}".`];
  const head = total === 0 ? NONE_FOUND : `${found.length} of ${total} tools:`;
  return [head, ...lines, ...more, ...missing].join('\n');
}
