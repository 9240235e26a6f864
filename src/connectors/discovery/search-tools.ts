import * as z from 'zod';
import { GatehouseError } from '../../errors.ts';
import { page } from '../../protocol/cursor.ts';
import type { JsonObject } from '../../protocol/message.ts';
import { SEARCH_LIMIT } from './discovery-tools.ts';
import { searchIndexOf } from './search-index.ts';
import { descriptionOf, type ShownTool } from './shown-tool.ts';

/** What is shown of a description: its first sentence, within this length. */
const SHORT_LENGTH = 160;

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
 * Answers `search_tools`.
 * @throws GatehouseError `params_invalid`, `cursor_invalid`.
 */
export function searchTools(tools: readonly ShownTool[], args: unknown): JsonObject {
  const { query, limit, cursor, ...filter } = parsed(args);
  if (filter.server !== undefined) requireServer(tools, filter.server);
  const all = ranked(tools, query).filter(tool => isWanted(tool, filter));
  const { items, nextCursor } = page(all, cursor, limit);
  const found = items.map(foundOf);
  return {
    content: [{ type: 'text', text: textOf(found, all.length, nextCursor) }],
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
function ranked(tools: readonly ShownTool[], query: string): readonly ShownTool[] {
  if (query.trim() === '') return tools;
  return searchIndexOf(tools)(query).flatMap(at => tools[at] ?? []);
}

function isWanted({ connector, item }: ShownTool, { server, readOnly }: Partial<Asked>): boolean {
  const isOfServer = server === undefined || connector.server === server;
  return isOfServer && (readOnly === undefined || readOnly === onlyReads(item));
}

function onlyReads({ annotations }: JsonObject): boolean {
  return (annotations as { readOnlyHint?: unknown } | undefined)?.readOnlyHint === true;
}

function requireServer(tools: readonly ShownTool[], name: string): void {
  const servers = [...new Set(tools.map(({ connector }) => connector.server))];
  if (servers.includes(name)) return;
  throw new GatehouseError(
    'params_invalid',
    `server: there is no "${name}" here. The servers with tools are: ${servers.join(', ')}.`,
  );
}

function foundOf(tool: ShownTool): Found {
  const { annotations } = tool.item;
  return {
    name: tool.name,
    server: tool.connector.server,
    description: shortened(descriptionOf(tool)),
    ...(annotations !== undefined && { annotations }),
  };
}

function shortened(text: string): string {
  const sentence = /^.*?[.!?](?=\s|$)/s.exec(text)?.[0] ?? text;
  const line = sentence.replaceAll(/\s+/g, ' ').trim();
  return line.length > SHORT_LENGTH ? `${line.slice(0, SHORT_LENGTH - 1)}…` : line;
}

function textOf(found: readonly Found[], total: number, nextCursor: string | undefined): string {
  if (total === 0) return 'No tool was found. Try other words, or search without a query to go through all.';
  const lines = found.map(({ name, server, description }) => `${name} (${server}): ${description}`);
  const more =
    nextCursor === undefined ? [] : [`There are more: call again with the cursor "${nextCursor}".`];
  return [`${found.length} of ${total} tools:`, ...lines, ...more].join('\n');
}
