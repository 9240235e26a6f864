import { createMcpHandler, fromJsonSchema, McpServer } from '@modelcontextprotocol/server';
import { type LocalPeer, peerAt } from './peer.ts';
import { Site } from './site.ts';

/** Ten megabytes. */
const FLOOD_BYTES = 10 * 1024 * 1024;

/** What a call of each tool is answered: the tool's name says what is wrong. */
const FAULTS = {
  /** Nothing, until the reader hangs up. */
  stall: () => eventStream(() => {}),
  /** The beginning of a stream that is then cut. */
  truncate: () =>
    eventStream(controller => {
      controller.enqueue(bytes('event: message\ndata: {"jsonrpc":"2.0","id":'));
      setTimeout(() => controller.error(new Error('cut')), 50);
    }),
  /** A good result with a text of ten megabytes. */
  flood: id => result(id, { content: [{ type: 'text', text: 'x'.repeat(FLOOD_BYTES) }] }),
  /** No JSON at all. */
  garbage: () =>
    new Response('<html>What did you expect?</html>', { headers: { 'content-type': 'application/json' } }),
  /** JSON, but not JSON-RPC. */
  nonsense: () => Response.json({ hello: 'world' }),
  /** A result without content. */
  empty: id => result(id, {}),
  /** A success with no body. */
  nothing: () => new Response(null, { status: 202 }),
  /** Structured content that the tool's own output schema forbids. */
  violate: id => result(id, { content: [], structuredContent: { count: 'many' } }),
  /** The answer to another request. */
  misaddress: () => result(987_654, { content: [{ type: 'text', text: 'for somebody else' }] }),
  /** What a proxy says whose server is gone. */
  refuse: () => new Response('bad gateway', { status: 502 }),
} satisfies Readonly<Record<string, (id: unknown) => Response>>;

/** What can be wrong with an answer. */
export type Fault = keyof typeof FAULTS;

/** All of them. */
export const FAULT_NAMES = Object.keys(FAULTS) as Fault[];

/** A remote whose calls go wrong. */
export interface BrokenPeer extends LocalPeer {
  /** The names of the tools that were called, oldest first: how often shows what was tried again. */
  readonly called: string[];
  /** Whether `tools/list` and the like are answered at all. */
  answersLists: boolean;
}

/**
 * Starts a server of SDK 2.4 that speaks both eras (2025 without sessions). Each tool but `work` fails in the way that it is
 * named after; with `again_` before its name it says that it only reads.
 */
export async function startBrokenServer(): Promise<BrokenPeer> {
  const handler = createMcpHandler(newServer);
  const called: string[] = [];
  const answer = async (request: Request): Promise<Response> => {
    const text = request.method === 'POST' ? await request.clone().text() : '{}';
    const { method, id, params } = JSON.parse(text) as Said;
    if (!broken.answersLists && method?.endsWith('/list')) return eventStream(() => {});
    if (method !== 'tools/call') return handler.fetch(request);
    const name = params?.name ?? '';
    called.push(name);
    const fault = FAULTS[name.replace(/^again_/, '') as Fault];
    return fault ? fault(id) : handler.fetch(request);
  };
  const site = await Site.start(answer);
  const broken: BrokenPeer = { ...peerAt(site), called, answersLists: true };
  return broken;
}

interface Said {
  readonly method?: string;
  readonly id?: unknown;
  readonly params?: { readonly name?: string };
}

function newServer(): McpServer {
  const server = new McpServer({ name: 'broken', version: '1.0.0' });
  const done = () => ({
    content: [{ type: 'text' as const, text: 'done' }],
    structuredContent: { count: 1 },
  });
  const outputSchema = fromJsonSchema<{ count: number }>({
    type: 'object',
    properties: { count: { type: 'integer' } },
    required: ['count'],
  });
  for (const name of ['work', ...FAULT_NAMES]) {
    server.registerTool(name, { description: `Shows what ${name} does.`, outputSchema }, done);
    const annotations = { readOnlyHint: true };
    server.registerTool(`again_${name}`, { description: `Reads: ${name}.`, outputSchema, annotations }, done);
  }
  return server;
}

/** In the shape of both eras: what one does not know, it ignores. */
function result(id: unknown, members: Readonly<Record<string, unknown>>): Response {
  return Response.json({ jsonrpc: '2.0', id, result: { resultType: 'complete', ...members } });
}

function eventStream(start: (controller: ReadableStreamDefaultController<Uint8Array>) => void): Response {
  const headers = { 'content-type': 'text/event-stream' };
  return new Response(new ReadableStream<Uint8Array>({ start }), { headers });
}

function bytes(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}
