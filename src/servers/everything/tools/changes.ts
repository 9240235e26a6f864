import type { McpServer, ServerNotifier } from '@modelcontextprotocol/server';
import * as z from 'zod';
import { says } from '../content.ts';
import { replaceWatchedText, WATCHED_URI } from '../watched.ts';

/**
 * Registers the tools that make open subscriptions speak.
 *
 * The two list triggers announce a change without making one: the definitions of a hosted server belong to
 * its code, so that they can be kept per code hash, and a list that came and went with an isolate would lie.
 */
export function registerChangeTools(server: McpServer, notify: ServerNotifier): void {
  server.registerTool(
    'test_trigger_tool_change',
    { description: 'Tells subscribers that the list of tools has changed.' },
    () => {
      notify.toolsChanged();
      return says('Announced: tools changed');
    },
  );
  server.registerTool(
    'test_trigger_prompt_change',
    { description: 'Tells subscribers that the list of prompts has changed.' },
    () => {
      notify.promptsChanged();
      return says('Announced: prompts changed');
    },
  );
  server.registerTool(
    'set_watched_text',
    {
      title: 'Set the watched text',
      description: `Changes ${WATCHED_URI} and tells its subscribers. The text is lost when the server restarts.`,
      inputSchema: z.object({ text: z.string().describe('The new text') }),
      annotations: { idempotentHint: true, openWorldHint: false },
    },
    ({ text }) => {
      replaceWatchedText(text);
      notify.resourceUpdated(WATCHED_URI);
      return says(`Changed ${WATCHED_URI}`);
    },
  );
}
