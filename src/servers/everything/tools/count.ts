import type { McpServer } from '@modelcontextprotocol/server';
import * as z from 'zod';
import { says } from '../content.ts';
import { beginCount } from '../latest-count.ts';
import { pause, reportProgress } from '../pace.ts';

const STEP_MS = 50;

/** Longer than the gateway stays silent before an answer becomes a stream (its setting STREAM_AFTER_MS). */
const RECONNECTION_MS = 400;

const slowCountInput = z.object({
  to: z.int().min(1).max(100).describe('The number to count to'),
  delayMs: z.int().min(0).max(5000).default(200).describe('Pause before each number, in milliseconds'),
});

/** Registers the tools that take a while and tell of it: progress, log messages, cancellation. */
export function registerCountTools(server: McpServer): void {
  registerSlowCount(server);
  registerLogging(server);
  registerProgress(server);
  registerReconnection(server);
}

function registerSlowCount(server: McpServer): void {
  server.registerTool(
    'slow_count',
    {
      title: 'Slow count',
      description: 'Counts up, reporting progress and a log message per number. Can be cancelled.',
      inputSchema: slowCountInput,
      annotations: { readOnlyHint: true, idempotentHint: true, openWorldHint: false },
    },
    async ({ to, delayMs }, ctx) => {
      const count = beginCount(to);
      try {
        while (count.counted < to) {
          await pause(delayMs, ctx.mcpReq.signal);
          count.counted++;
          await reportProgress(ctx, count.counted, to);
          await ctx.mcpReq.log('info', `Counted ${count.counted} of ${to}`, 'slow_count');
        }
      } finally {
        count.isRunning = false;
      }
      return says(`Counted to ${to}.`);
    },
  );
}

function registerLogging(server: McpServer): void {
  server.registerTool(
    'test_tool_with_logging',
    { description: 'Sends three log messages while it works.' },
    async ctx => {
      await ctx.mcpReq.log('info', 'Tool execution started');
      await pause(STEP_MS, ctx.mcpReq.signal);
      await ctx.mcpReq.log('info', 'Tool processing data');
      await pause(STEP_MS, ctx.mcpReq.signal);
      await ctx.mcpReq.log('info', 'Tool execution completed');
      return says('Tool with logging executed successfully');
    },
  );
  server.registerTool(
    'test_logging_tool',
    { description: 'Logs, so that a request without a log level can be seen to stay quiet.' },
    async ctx => {
      await ctx.mcpReq.log('info', 'This is only seen by those who set a level.');
      return says('Logging evaluated');
    },
  );
}

function registerProgress(server: McpServer): void {
  server.registerTool(
    'test_tool_with_progress',
    { description: 'Reports 0, 50 and 100 of 100 while it works.' },
    async ctx => {
      await reportProgress(ctx, 0, 100);
      await pause(STEP_MS, ctx.mcpReq.signal);
      await reportProgress(ctx, 50, 100);
      await pause(STEP_MS, ctx.mcpReq.signal);
      await reportProgress(ctx, 100, 100);
      return says('Progress reported');
    },
  );
}

function registerReconnection(server: McpServer): void {
  // Revision 2026-07-28 has no stream to come back to: closing one early, and replaying what was missed, is
  // between the gateway and its 2025-era clients. All this can do is take long enough for it to happen.
  server.registerTool(
    'test_reconnection',
    { description: 'Takes a moment, in which a 2025-era client may lose its stream and come back.' },
    async ctx => {
      await pause(RECONNECTION_MS, ctx.mcpReq.signal);
      return says('Reconnection test completed');
    },
  );
}
