import type { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import type { CallToolResult, ContentBlock } from '@modelcontextprotocol/sdk/types.js';
import * as z from 'zod';
import { PIXEL_PNG, SILENT_WAV } from '../../../../src/servers/everything/content.ts';

const READS = { readOnlyHint: true };

/** Tools that always answer the same, by name. They are those of `everything`, so that one test can be for both. */
const FIXED: Readonly<Record<string, ContentBlock[]>> = {
  test_simple_text: [{ type: 'text', text: 'This is a simple text response for testing.' }],
  test_image_content: [{ type: 'image', data: PIXEL_PNG, mimeType: 'image/png' }],
  test_audio_content: [{ type: 'audio', data: SILENT_WAV, mimeType: 'audio/wav' }],
  test_embedded_resource: [
    {
      type: 'resource',
      resource: {
        uri: 'test://embedded-resource',
        mimeType: 'text/plain',
        text: 'This is an embedded resource content.',
      },
    },
  ],
  test_resource_link: [
    { type: 'resource_link', uri: 'test://static-text', name: 'static-text', mimeType: 'text/plain' },
  ],
};

/** The result of a tool that has one line to say. */
export function says(text: string): CallToolResult {
  return { content: [{ type: 'text', text }] };
}

/** Registers what answers at once: content of every type, arguments, structured content, headers, trace context, a failure. */
export function registerPlainTools(server: McpServer): void {
  for (const [name, content] of Object.entries(FIXED)) {
    server.registerTool(name, { description: `Answers like ${name}.`, annotations: READS }, () => ({
      content,
    }));
  }
  server.registerTool(
    'echo',
    {
      description: 'Says the message back.',
      inputSchema: { message: z.string(), repeat: z.int().min(1).max(20).default(1) },
      annotations: { ...READS, idempotentHint: true },
    },
    ({ message, repeat }) => says(Array(repeat).fill(message).join('\n')),
  );
  server.registerTool(
    'random_id',
    {
      description: 'Makes a UUID.',
      outputSchema: { id: z.uuid(), createdAt: z.iso.datetime() },
      annotations: READS,
    },
    () => {
      const made = { id: crypto.randomUUID(), createdAt: new Date().toISOString() };
      return { ...says(made.id), structuredContent: made };
    },
  );
  server.registerTool(
    'test_header_parameter',
    {
      description: 'Has a parameter that clients of 2026-07-28 repeat in a header.',
      inputSchema: {
        region: z.string().meta({ 'x-mcp-header': 'Region' }),
        note: z.string().optional(),
      },
      annotations: READS,
    },
    ({ region }) => says(`Region ${region}`),
  );
  server.registerTool(
    'show_trace',
    { description: 'Shows the trace context.', annotations: READS },
    extra => {
      const came = Object.entries(extra._meta ?? {}).filter(([key]) =>
        /^(traceparent|tracestate|baggage)$/.test(key),
      );
      const trace = Object.fromEntries(came);
      return { ...says(JSON.stringify(trace)), _meta: { 'everything/trace': trace } };
    },
  );
  server.registerTool('test_error_handling', { description: 'Always fails.' }, () => {
    throw new Error('This tool intentionally returns an error for testing');
  });
}
