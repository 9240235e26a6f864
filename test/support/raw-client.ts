import { readEvents } from '../../src/protocol/stream.fake.ts';

/** One event as it came over the wire. */
export interface WireEvent {
  readonly id?: string;
  readonly data: string;
  readonly retry?: string;
}

/** What a test may say of one HTTP request. */
export interface RawRequest {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  readonly signal?: AbortSignal;
}

const CLIENT_INFO = { name: 'raw-client', version: '1.0.0' };

/** The envelope of a 2026-07-28 request. */
export function envelope(capabilities: object = {}, more: object = {}): Record<string, unknown> {
  return {
    'io.modelcontextprotocol/protocolVersion': '2026-07-28',
    'io.modelcontextprotocol/clientInfo': CLIENT_INFO,
    'io.modelcontextprotocol/clientCapabilities': capabilities,
    ...more,
  };
}

/** Speaks MCP by hand, for what no well-behaved client would do, and to see what is really on the wire. */
export class RawClient {
  readonly url: string;
  readonly token: string;

  constructor(url: string, token: string) {
    this.url = url;
    this.token = token;
  }

  send({ method = 'POST', headers = {}, body, signal }: RawRequest): Promise<Response> {
    const text = body === undefined || typeof body === 'string' ? body : JSON.stringify(body);
    return fetch(this.url, {
      method,
      headers: {
        authorization: `Bearer ${this.token}`,
        accept: 'application/json, text/event-stream',
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(text !== undefined && { body: text }),
      ...(signal && { signal }),
    });
  }

  /** Opens a 2025-era session. */
  async initialize(capabilities: object = {}, protocolVersion = '2025-11-25'): Promise<RawSession> {
    const params = { protocolVersion, capabilities, clientInfo: CLIENT_INFO };
    const response = await this.send({ body: { jsonrpc: '2.0', id: 'init', method: 'initialize', params } });
    const id = response.headers.get('mcp-session-id');
    if (id === null) throw new Error(`initialize answered ${response.status}: ${await response.text()}`);
    const session = new RawSession(this, id, await response.json());
    const accepted = await session.post({ jsonrpc: '2.0', method: 'notifications/initialized' });
    await accepted.body?.cancel();
    return session;
  }

  /** Sends one 2026-07-28 request with the headers that mirror it. */
  modern(method: string, params: Record<string, unknown> = {}, more: RawRequest = {}): Promise<Response> {
    const name = params.name ?? params.uri;
    return this.send({
      ...more,
      headers: {
        'mcp-protocol-version': '2026-07-28',
        'mcp-method': method,
        ...(typeof name === 'string' && { 'mcp-name': name }),
        ...more.headers,
      },
      body: { jsonrpc: '2.0', id: 1, method, params: { _meta: envelope(), ...params } },
    });
  }
}

/** A 2025-era session, spoken to by hand. */
export class RawSession {
  readonly id: string;
  /** The whole `initialize` response. */
  readonly opened: unknown;
  readonly #client: RawClient;

  constructor(client: RawClient, id: string, opened: unknown) {
    this.#client = client;
    this.id = id;
    this.opened = opened;
  }

  post(body: unknown, headers: Readonly<Record<string, string>> = {}): Promise<Response> {
    return this.#client.send({ body, headers: { 'mcp-session-id': this.id, ...headers } });
  }

  request(id: string | number, method: string, params: object = {}): Promise<Response> {
    return this.post({ jsonrpc: '2.0', id, method, params });
  }

  get(headers: Readonly<Record<string, string>> = {}): Promise<Response> {
    return this.#client.send({ method: 'GET', headers: { 'mcp-session-id': this.id, ...headers } });
  }

  delete(): Promise<Response> {
    return this.#client.send({ method: 'DELETE', headers: { 'mcp-session-id': this.id } });
  }
}

/** The messages of a response, whether it is JSON or a stream; a stream is read to its end. */
export async function messagesOf(response: Response): Promise<unknown[]> {
  if (!response.headers.get('content-type')?.startsWith('text/event-stream')) return [await response.json()];
  if (!response.body) return [];
  return Array.fromAsync(readEvents(response.body));
}

/** The events of a stream as they come, ids and all. Breaking out of the loop hangs up. */
export async function* eventsOf(response: Response): AsyncGenerator<WireEvent> {
  if (!response.body) return;
  const decoder = new TextDecoder();
  let buffer = '';
  for await (const chunk of response.body) {
    buffer += decoder.decode(chunk as Uint8Array, { stream: true });
    const blocks = buffer.split('\n\n');
    buffer = blocks.pop() ?? '';
    for (const block of blocks) {
      const fields = block.split('\n').filter(line => !line.startsWith(':'));
      if (fields.length > 0) yield parseEvent(fields);
    }
  }
}

function parseEvent(lines: readonly string[]): WireEvent {
  const field = (name: string) =>
    lines
      .find(line => line.startsWith(`${name}:`))
      ?.slice(name.length + 1)
      .trim();
  const id = field('id');
  const retry = field('retry');
  return {
    data: field('data') ?? '',
    ...(id !== undefined && { id }),
    ...(retry !== undefined && { retry }),
  };
}
