import { expect } from 'vitest';
import { messagesOf } from '../support/raw-client.ts';
import { type Cell, expectAnswer, type Primitive } from './primitive.ts';

const TRACE_ID = '0af7651916cd43dd8448eb211c80319c';
const SPAN_ID = 'b7ad6b7169203331';
const TRACE = {
  traceparent: `00-${TRACE_ID}-${SPAN_ID}-01`,
  tracestate: 'vendor=value',
};

/** The same trace, and a span of the gateway's in it (W3C Trace Context). */
const PASSED_ON = expect.stringMatching(new RegExp(`^00-${TRACE_ID}-(?!${SPAN_ID})[0-9a-f]{16}-01$`));

/** What is on the wire beside the primitives themselves: pages, metadata, headers, error codes. */
export const WIRE_PRIMITIVES: readonly Primitive[] = [
  {
    name: 'pagination: every tool once, and a made-up cursor refused (-32602)',
    async prove({ client }) {
      const names: string[] = [];
      let cursor: string | undefined;
      do {
        const { tools, nextCursor } = await client.sdk.listTools(cursor === undefined ? {} : { cursor });
        names.push(...tools.map(({ name }) => name));
        cursor = nextCursor;
      } while (cursor !== undefined);
      expect(names).toContain('echo');
      expect(new Set(names).size).toBe(names.length);
      await expect(client.sdk.listTools({ cursor: 'made up' })).rejects.toMatchObject({ code: -32602 });
    },
  },
  {
    name: '_meta: the trace context of a request reaches the server',
    async prove({ client }) {
      const { content } = await client.call('show_trace', {}, { meta: TRACE });
      const [{ text }] = content as { text: string }[] as [{ text: string }];
      expect(JSON.parse(text)).toEqual({ ...TRACE, traceparent: PASSED_ON });
    },
  },
  {
    name: '_meta: that of a result reaches the client',
    async prove({ client }) {
      const { _meta } = await client.call('show_trace', {}, { meta: TRACE });
      expect(_meta).toMatchObject({ 'everything/trace': { ...TRACE, traceparent: PASSED_ON } });
    },
  },
  {
    name: 'a parameter with x-mcp-header',
    async prove(cell) {
      const { tools } = await cell.client.sdk.listTools();
      const tool = tools.find(({ name }) => name === 'test_header_parameter');
      expect(tool?.inputSchema).toMatchObject({ properties: { region: { 'x-mcp-header': 'Region' } } });
      await expectAnswer(cell, 'test_header_parameter', { region: 'eu' }, 'Region eu');
    },
  },
  {
    name: 'x-mcp-header: a header that differs from its parameter is refused (-32020)',
    async prove(cell) {
      const params = { name: 'test_header_parameter', arguments: { region: 'eu' } };
      const [message] = await messagesOf(await callByHand(cell, params, { 'mcp-param-region': 'us' }));
      expect(message).toMatchObject({ error: { code: -32020 } });
    },
  },
  {
    name: 'error codes: unknown method (-32601)',
    async prove(cell) {
      const [message] = await messagesOf(await requestByHand(cell, 'no/such_method', {}, {}));
      expect(message).toMatchObject({ error: { code: -32601 } });
    },
  },
  {
    name: 'error codes: invalid parameters (-32602)',
    async prove(cell) {
      const [message] = await messagesOf(await requestByHand(cell, 'completion/complete', {}, {}));
      expect(message).toMatchObject({ error: { code: -32602 } });
    },
  },
];

type Headers = Readonly<Record<string, string>>;

function callByHand(cell: Cell, params: Record<string, unknown>, headers: Headers): Promise<Response> {
  return requestByHand(cell, 'tools/call', params, headers);
}

/** One request of the cell's era. */
async function requestByHand(
  { era, raw }: Cell,
  method: string,
  params: Record<string, unknown>,
  headers: Headers,
): Promise<Response> {
  if (era === '2026') return raw.modern(method, params, { headers });
  const session = await raw.initialize();
  return session.post({ jsonrpc: '2.0', id: 1, method, params }, headers);
}
