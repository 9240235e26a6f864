import type { McpServer } from '@modelcontextprotocol/server';
import * as z from 'zod';
import { says } from '../content.ts';

const echoInput = z.object({
  message: z.string().describe('What to say back'),
  repeat: z.int().min(1).max(20).default(1).describe('How many times, one line each'),
});

const randomIdOutput = z.object({
  id: z.uuid().describe('A fresh version 4 UUID'),
  createdAt: z.iso.datetime().describe('When it was made, UTC'),
});

/** Registers the tools to try first: `echo` for arguments, `random_id` for structured output. */
export function registerBasicTools(server: McpServer): void {
  server.registerTool(
    'echo',
    {
      title: 'Echo',
      description: 'Says the message back.',
      inputSchema: echoInput,
      annotations: { readOnlyHint: true, idempotentHint: true, openWorldHint: false },
    },
    ({ message, repeat }) => says(Array(repeat).fill(message).join('\n')),
  );
  server.registerTool(
    'random_id',
    {
      title: 'Random id',
      description: 'Makes a UUID, as text and as structured content.',
      outputSchema: randomIdOutput,
      annotations: { readOnlyHint: true, openWorldHint: false },
    },
    () => {
      const made = { id: crypto.randomUUID(), createdAt: new Date().toISOString() };
      return { ...says(made.id), structuredContent: made };
    },
  );
}
