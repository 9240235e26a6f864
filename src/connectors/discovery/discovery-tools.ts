import type { JsonObject } from '../../protocol/message.ts';

/** The tools that an endpoint has in place of a list that is too long. */
export const DISCOVERY_TOOLS = ['search_tools', 'describe_tool', 'call_tool'] as const;

export type DiscoveryTool = (typeof DISCOVERY_TOOLS)[number];

export function isDiscoveryTool(name: unknown): name is DiscoveryTool {
  return (DISCOVERY_TOOLS as readonly unknown[]).includes(name);
}

/** How many tools one search answers unless it asks for more, and at most. */
export const SEARCH_LIMIT = { usual: 10, most: 50 } as const;

const READS = { readOnlyHint: true, idempotentHint: true, openWorldHint: false };

const FOUND = {
  type: 'object',
  properties: {
    name: { type: 'string' },
    server: { type: 'string' },
    description: { type: 'string' },
    annotations: { type: 'object' },
  },
  required: ['name', 'server', 'description'],
};

const SEARCH: JsonObject = {
  name: 'search_tools',
  title: 'Search tools',
  description:
    'Finds tools by words, best first. Only these three tools are listed here, because there are too many others. ' +
    'Without a query it goes through all of them.',
  inputSchema: {
    type: 'object',
    properties: {
      query: {
        type: 'string',
        description: 'What the tool should do, in a few words, such as "close an issue".',
      },
      server: { type: 'string', description: 'Only tools of this server.' },
      readOnly: {
        type: 'boolean',
        description: 'true: only tools that change nothing; false: only the others.',
      },
      limit: { type: 'integer', minimum: 1, maximum: SEARCH_LIMIT.most, default: SEARCH_LIMIT.usual },
      cursor: { type: 'string', description: 'Goes on after an earlier answer: its nextCursor.' },
    },
  },
  outputSchema: {
    type: 'object',
    properties: {
      tools: { type: 'array', items: FOUND },
      total: { type: 'integer', description: 'How many tools were found.' },
      nextCursor: { type: 'string' },
    },
    required: ['tools', 'total'],
  },
  annotations: READS,
};

const DESCRIBE: JsonObject = {
  name: 'describe_tool',
  title: 'Describe a tool',
  description:
    'Gives the whole definition of a tool that search_tools has found: what it does and its arguments.',
  inputSchema: {
    type: 'object',
    properties: { name: { type: 'string', description: 'As search_tools has it.' } },
    required: ['name'],
  },
  outputSchema: {
    type: 'object',
    properties: {
      tool: { type: 'object', description: 'The definition, as a list of tools would have it.' },
    },
    required: ['tool'],
  },
  annotations: READS,
};

const CALL: JsonObject = {
  name: 'call_tool',
  title: 'Call a tool',
  description:
    'Calls a tool that search_tools has found. It is the same as calling it by its name, for clients that call only what is listed. ' +
    'Read its definition with describe_tool first.',
  inputSchema: {
    type: 'object',
    properties: {
      name: { type: 'string', description: 'As search_tools has it.' },
      arguments: { type: 'object', description: 'As the inputSchema of its definition has them.' },
    },
    required: ['name'],
  },
  annotations: { openWorldHint: true },
};

/** Their definitions, as they are listed. */
export const DISCOVERY_DEFINITIONS: readonly JsonObject[] = [SEARCH, DESCRIBE, CALL];
