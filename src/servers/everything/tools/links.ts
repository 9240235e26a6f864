import { inputRequired, inputResponse, type McpServer } from '@modelcontextprotocol/server';
import * as z from 'zod';
import { says } from '../content.ts';

const openLinkInput = z.object({ url: z.url().describe('The link that the user is asked to open') });

/** Registers the tools that point elsewhere: one asks the user to open a link, one answers with links to resources. */
export function registerLinkTools(server: McpServer): void {
  server.registerTool(
    'open_link',
    {
      title: 'Open a link',
      description: 'Asks the user to open a link, and says what they did.',
      inputSchema: openLinkInput,
      annotations: { readOnlyHint: true, openWorldHint: false },
    },
    ({ url }, ctx) => {
      const answer = inputResponse(ctx.mcpReq.inputResponses, 'link');
      if (answer.kind === 'elicit') return says(`The user was asked: ${answer.action}`);
      const link = inputRequired.elicitUrl({ url, message: 'Please open this link.' });
      return inputRequired({ inputRequests: { link } });
    },
  );
  server.registerTool(
    'test_resource_link',
    { description: 'Answers with a link to a resource.', annotations: { readOnlyHint: true } },
    () => ({
      content: [
        {
          type: 'resource_link',
          uri: 'test://static-text',
          name: 'static-text',
          title: 'Static text',
          description: 'Text that never changes.',
          mimeType: 'text/plain',
        },
      ],
    }),
  );
}
