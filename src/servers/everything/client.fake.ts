import { Client, type ClientOptions, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import {
  CLIENT_CAPABILITIES_META_KEY,
  type ClientCapabilities,
  PROTOCOL_VERSION_META_KEY,
} from '@modelcontextprotocol/server';
import everything from './index.ts';

const ADDRESS = 'http://everything.test/mcp';
const REVISION = '2026-07-28';

/** What the client of the tests can be asked. */
export const ASKABLE: ClientCapabilities = { elicitation: { form: {} }, sampling: {}, roots: {} };

/** A client of the real SDK, connected to the server in this process. */
export async function connect(options: ClientOptions = {}): Promise<Client> {
  const client = new Client(
    { name: 'everything-test', version: '1.0.0' },
    { capabilities: ASKABLE, versionNegotiation: { mode: { pin: REVISION } }, ...options },
  );
  const fetch = (url: string | URL, init?: RequestInit) => everything.fetch(new Request(url, init), {});
  await client.connect(new StreamableHTTPClientTransport(new URL(ADDRESS), { fetch }));
  return client;
}

/** One bare exchange, for what a well-behaved client would hide: single rounds, hints, HTTP statuses. */
export async function exchange(
  method: string,
  params: Record<string, unknown> & { name?: string; uri?: string } = {},
  capabilities: ClientCapabilities = ASKABLE,
): Promise<{ status: number; result?: Record<string, unknown>; error?: Record<string, unknown> }> {
  const _meta = { [PROTOCOL_VERSION_META_KEY]: REVISION, [CLIENT_CAPABILITIES_META_KEY]: capabilities };
  const named = params.name ?? params.uri;
  const request = new Request(ADDRESS, {
    method: 'POST',
    headers: {
      'Content-Type': 'application/json',
      Accept: 'application/json, text/event-stream',
      'MCP-Protocol-Version': REVISION,
      'Mcp-Method': method,
      ...(named !== undefined && { 'Mcp-Name': named }),
    },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params: { ...params, _meta } }),
  });
  const response = await everything.fetch(request, {});
  return { status: response.status, ...((await response.json()) as object) };
}

/** The reply of a user who filled a form in. */
export function accepted(content: Record<string, unknown>): Record<string, unknown> {
  return { action: 'accept', content };
}
