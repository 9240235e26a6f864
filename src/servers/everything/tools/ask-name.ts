import type { McpServer } from '@modelcontextprotocol/server';
import * as z from 'zod';
import { says } from '../content.ts';
import { answersTo, askFor, field } from '../questions.ts';
import { heldBy, holdFor } from '../round-state.ts';

const TOOL = 'ask_name';
const NAME = { name: field('What is your name?', 'name', z.string().min(1).max(100)) };
const COLOURS = z.enum(['red', 'green', 'blue', 'yellow']);
const COLOUR = { colour: field('Which of these colours do you like best?', 'colour', COLOURS) };

/**
 * Registers `ask_name`: two questions, one after the other. The name travels with the client between the
 * rounds, so that any isolate can ask the second question or hear its answer.
 */
export function registerAskName(server: McpServer): void {
  server.registerTool(
    TOOL,
    {
      title: 'Ask for a name',
      description: 'Asks the user for a name, then for a favourite colour, and puts the two together.',
      annotations: { readOnlyHint: true, openWorldHint: false },
    },
    async ctx => {
      const held = heldBy(ctx, TOOL);
      const name = held?.name ?? answersTo(ctx, NAME)?.name;
      if (name === undefined) return askFor(NAME);

      const colour = held && answersTo(ctx, COLOUR)?.colour;
      if (colour === undefined) return askFor(COLOUR, await holdFor(ctx, TOOL, { name }));

      return says(`${name} likes ${colour}.`);
    },
  );
}
