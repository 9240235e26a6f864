import {
  BAGGAGE_META_KEY,
  type McpServer,
  TRACEPARENT_META_KEY,
  TRACESTATE_META_KEY,
} from '@modelcontextprotocol/server';
import { says } from '../content.ts';

const TRACE_KEYS = [TRACEPARENT_META_KEY, TRACESTATE_META_KEY, BAGGAGE_META_KEY];

/** Registers `show_trace`: which trace context came with a request, in the text and in the result's own `_meta`. */
export function registerMetaTools(server: McpServer): void {
  server.registerTool(
    'show_trace',
    {
      description: 'Shows the trace context (W3C) that came with the request.',
      annotations: { readOnlyHint: true, openWorldHint: false },
    },
    ctx => {
      const came = Object.entries(ctx.mcpReq._meta ?? {}).filter(([key]) => TRACE_KEYS.includes(key));
      const trace = Object.fromEntries(came);
      return { ...says(JSON.stringify(trace)), _meta: { 'everything/trace': trace } };
    },
  );
}
