import { setTimeout as pause } from 'node:timers/promises';
import { PIXEL_PNG, SILENT_WAV } from '../../src/servers/everything/content.ts';
import { Site } from '../support/peers/site.ts';
import type { Count } from './kind.ts';

/** An HTTP API on this machine that answers as the tools of `everything` do, as far as HTTP can. */
export interface PlaygroundApi {
  readonly origin: string;
  /** Its own description, of OpenAPI 3.1. Operations are named as the tools of `everything`. */
  readonly description: object;
  /** How far the latest count has come. */
  count(): Count;
  stop(): Promise<void>;
}

interface Operation {
  readonly id: string;
  readonly parameters?: readonly object[];
  readonly method?: 'get' | 'post';
  answer(request: Request, query: URLSearchParams): Response | Promise<Response>;
}

/** Starts the API. */
export async function startPlaygroundApi(): Promise<PlaygroundApi> {
  const count: Count & { counted: number; isRunning: boolean } = { counted: 0, isRunning: false };
  const operations = [...OPERATIONS, slowCount(count)];
  const site = await Site.start(request => {
    const { pathname, searchParams } = new URL(request.url);
    const operation = operations.find(({ id }) => pathname === `/${id}`);
    return operation?.answer(request, searchParams) ?? new Response('nothing here', { status: 404 });
  });
  return {
    origin: site.origin,
    description: describe(site.origin, operations),
    count: () => count,
    stop: () => site.goDown(),
  };
}

const query = (name: string, schema: object, required = false) => ({ name, in: 'query', schema, required });

const OPERATIONS: readonly Operation[] = [
  {
    id: 'echo',
    parameters: [
      query('message', { type: 'string' }, true),
      query('repeat', { type: 'integer', minimum: 1, maximum: 20 }),
    ],
    answer: (_, given) => {
      const repeat = Number(given.get('repeat') ?? 1);
      if (!Number.isInteger(repeat)) return plain('repeat must be a whole number', 400);
      const lines = Array(repeat).fill(given.get('message'));
      return plain(lines.join('\n'));
    },
  },
  { id: 'test_simple_text', answer: () => plain('This is a simple text response for testing.') },
  { id: 'test_image_content', answer: () => base64('image/png', PIXEL_PNG) },
  { id: 'test_audio_content', answer: () => base64('audio/wav', SILENT_WAV) },
  { id: 'test_embedded_resource', answer: () => base64('application/pdf', btoa('%PDF-1.7')) },
  {
    id: 'random_id',
    answer: () => Response.json({ id: crypto.randomUUID(), createdAt: new Date().toISOString() }),
  },
  {
    id: 'test_error_handling',
    answer: () => plain('This tool intentionally returns an error for testing', 422),
  },
  { id: 'show_trace', answer: ({ headers }) => Response.json({ traceparent: headers.get('traceparent') }) },
  {
    id: 'test_header_parameter',
    parameters: [query('region', { type: 'string', 'x-mcp-header': 'Region' }, true)],
    answer: (_, given) => plain(`Region ${given.get('region')}`),
  },
];

/** Counts as long as its caller waits. */
function slowCount(count: Count & { counted: number; isRunning: boolean }): Operation {
  return {
    id: 'slow_count',
    method: 'post',
    parameters: [query('to', { type: 'integer' }, true), query('delayMs', { type: 'integer' })],
    async answer({ signal }, given) {
      Object.assign(count, { counted: 0, isRunning: true });
      try {
        while (count.counted < Number(given.get('to'))) {
          await pause(Number(given.get('delayMs') ?? 200), undefined, { signal });
          count.counted++;
        }
      } finally {
        count.isRunning = false;
      }
      return plain(`Counted to ${count.counted}.`);
    },
  };
}

function describe(origin: string, operations: readonly Operation[]): object {
  const paths = operations.map(({ id, parameters = [], method = 'get' }) => {
    const summary = `Does what ${id} of everything does.`;
    return [`/${id}`, { [method]: { operationId: id, summary, parameters, responses: {} } }];
  });
  return {
    openapi: '3.1.0',
    info: { title: 'Playground', version: '1' },
    servers: [{ url: origin }],
    paths: Object.fromEntries(paths),
  };
}

function plain(text: string, status = 200): Response {
  return new Response(text, { status, headers: { 'content-type': 'text/plain' } });
}

function base64(type: string, data: string): Response {
  return new Response(Buffer.from(data, 'base64'), { headers: { 'content-type': type } });
}
