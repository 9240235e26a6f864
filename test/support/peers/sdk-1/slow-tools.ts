import { setTimeout as pause } from 'node:timers/promises';
import type { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import type { RequestHandlerExtra } from '@modelcontextprotocol/sdk/shared/protocol.js';
import type { ServerNotification, ServerRequest } from '@modelcontextprotocol/sdk/types.js';
import * as z from 'zod';
import { says } from './tools.ts';

type Extra = RequestHandlerExtra<ServerRequest, ServerNotification>;

/** How far the latest `slow_count` of a peer has come. */
export interface Count {
  to: number;
  counted: number;
  isRunning: boolean;
}

/** Registers what takes a while and tells of it: progress, log messages, cancellation. */
export function registerSlowTools(server: McpServer, count: Count): void {
  server.registerTool(
    'slow_count',
    {
      description: 'Counts up. Can be cancelled.',
      inputSchema: { to: z.int().min(1).max(100), delayMs: z.int().min(0).max(5000).default(200) },
      annotations: { readOnlyHint: true, idempotentHint: true },
    },
    async ({ to, delayMs }, extra) => {
      Object.assign(count, { to, counted: 0, isRunning: true });
      try {
        while (count.counted < to) {
          await pause(delayMs, undefined, { signal: extra.signal });
          count.counted++;
          await reportProgress(extra, count.counted, to);
          await log(extra, `Counted ${count.counted} of ${to}`);
        }
      } finally {
        count.isRunning = false;
      }
      return says(`Counted to ${to}.`);
    },
  );
  server.registerTool('test_tool_with_progress', { description: 'Reports progress.' }, async extra => {
    for (const done of [0, 50, 100]) await reportProgress(extra, done, 100);
    return says('Progress reported');
  });
  server.registerTool('test_tool_with_logging', { description: 'Logs.' }, async extra => {
    await log(extra, 'Tool execution started');
    await log(extra, 'Tool processing data');
    await log(extra, 'Tool execution completed');
    return says('Tool with logging executed successfully');
  });
}

async function reportProgress(extra: Extra, progress: number, total: number): Promise<void> {
  const progressToken = extra._meta?.progressToken;
  if (progressToken === undefined) return;
  await extra.sendNotification({
    method: 'notifications/progress',
    params: { progressToken, progress, total, message: `${progress} of ${total}` },
  });
}

/** On the stream of the request that it is about; the SDK's own verb would use the stream of the session. */
async function log(extra: Extra, data: string): Promise<void> {
  await extra.sendNotification({ method: 'notifications/message', params: { level: 'info', data } });
}
