import { createMcpHandler, Server } from '@modelcontextprotocol/server';
import { type LocalPeer, peerAt } from './peer.ts';
import { Site } from './site.ts';

const ANYTHING = { type: 'object', additionalProperties: true } as const;

/** How many tools, prompts and resources a paged server has, and how many a page. */
export interface Paging {
  readonly count: number;
  readonly pageSize: number;
}

/** Starts a server of SDK 2.4 that speaks both eras (2025 without sessions) and lists page by page, as its SDK does not by itself. */
export async function startPagedServer({ count, pageSize }: Paging): Promise<LocalPeer> {
  const items = Array.from({ length: count }, (_, index) => `item_${index}`);
  const pageOf = (cursor: string | undefined) => {
    const start = cursor === undefined ? 0 : Number(cursor);
    const end = start + pageSize;
    return { names: items.slice(start, end), ...(end < count && { nextCursor: String(end) }) };
  };
  const handler = createMcpHandler(() => {
    const capabilities = { tools: {}, prompts: {}, resources: {} };
    const server = new Server({ name: 'paged', version: '1.0.0' }, { capabilities });
    server.setRequestHandler('tools/list', ({ params }) => {
      const { names, ...more } = pageOf(params?.cursor);
      return {
        tools: names.map(name => ({ name, description: `It is ${name}.`, inputSchema: ANYTHING })),
        ...more,
      };
    });
    server.setRequestHandler('prompts/list', ({ params }) => {
      const { names, ...more } = pageOf(params?.cursor);
      return { prompts: names.map(name => ({ name })), ...more };
    });
    server.setRequestHandler('resources/list', ({ params }) => {
      const { names, ...more } = pageOf(params?.cursor);
      return { resources: names.map(name => ({ name, uri: `paged://${name}` })), ...more };
    });
    server.setRequestHandler('tools/call', ({ params }) => ({
      content: [{ type: 'text', text: `This is ${params.name}.` }],
    }));
    return server;
  });
  return peerAt(await Site.start(request => handler.fetch(request)));
}
