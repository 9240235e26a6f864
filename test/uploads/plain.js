import { inputRequired, inputResponse } from '@modelcontextprotocol/server';
import { z } from 'zod';
import { sum } from './lib/sum.js';

/** Tools as functions. */
export default {
  version: '1.0.0',
  instructions: 'Adds numbers.',
  tools: {
    add: {
      description: 'Adds two numbers.',
      inputSchema: {
        type: 'object',
        properties: { a: { type: 'number' }, b: { type: 'number' } },
        required: ['a', 'b'],
      },
      annotations: { readOnlyHint: true },
      handler: ({ a, b }) => sum(a, b),
    },
    greet: {
      description: 'Greets somebody who says their name.',
      handler: (_args, { mcpReq }) => {
        const answer = inputResponse(mcpReq.inputResponses, 'name');
        if (answer.kind === 'elicit') return `Hello ${answer.content?.name}`;
        const requestedSchema = z.object({ name: z.string() });
        const name = inputRequired.elicit({ message: 'Your name?', requestedSchema });
        return inputRequired({ inputRequests: { name }, requestState: 'asked' });
      },
    },
    fail: {
      description: 'Fails.',
      handler: () => {
        throw new Error('no such thing');
      },
    },
  },
};
