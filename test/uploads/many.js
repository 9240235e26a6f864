import { inputRequired, inputResponse } from '@modelcontextprotocol/server';
import { z } from 'zod';

const NOUNS = ['invoice', 'customer', 'parcel', 'warehouse', 'refund', 'voucher'];
const VERBS = ['list', 'read', 'create', 'update', 'delete'];

/** So many that an agent could not read them all: five for each kind of record. */
const records = Array.from({ length: 300 }, (_, at) => {
  const [verb, noun] = [VERBS[at % 5], NOUNS[Math.floor(at / 5) % 6]];
  const description = `${verb} a ${noun} of the shop number ${Math.floor(at / 30)}. It answers with the ${noun}.`;
  const annotations = { readOnlyHint: at % 5 < 2 };
  return [
    `${verb}_${noun}_${Math.floor(at / 30)}`,
    { description, annotations, handler: () => `${verb} ${noun}` },
  ];
});

let aborted = 0;

export default {
  instructions: 'Runs shops.',
  tools: {
    ...Object.fromEntries(records),
    greet: {
      description: 'Greets the person after asking for their name.',
      handler: (_args, { mcpReq }) => {
        const answer = inputResponse(mcpReq.inputResponses, 'name');
        if (answer.kind === 'elicit') return `Hello ${answer.content?.name}, after ${mcpReq.requestState()}`;
        const requestedSchema = z.object({ name: z.string() });
        const name = inputRequired.elicit({ message: 'Your name?', requestedSchema });
        return inputRequired({ inputRequests: { name }, requestState: 'round one' });
      },
    },
    count: {
      description: 'Counts, and reports how far it is.',
      handler: async (_args, { mcpReq }) => {
        const { progressToken } = mcpReq._meta ?? {};
        for (const progress of [1, 2]) {
          await mcpReq.notify({
            method: 'notifications/progress',
            params: { progressToken, progress, total: 2 },
          });
        }
        return 'counted';
      },
    },
    wait: {
      description: 'Waits until it is cancelled.',
      annotations: { readOnlyHint: true },
      handler: async (_args, { mcpReq }) => {
        const { promise, resolve } = Promise.withResolvers();
        mcpReq.signal.addEventListener('abort', () => {
          aborted += 1;
          resolve();
        });
        const { progressToken } = mcpReq._meta ?? {};
        if (progressToken !== undefined)
          await mcpReq.notify({ method: 'notifications/progress', params: { progressToken, progress: 1 } });
        const timer = setTimeout(resolve, 30_000);
        await promise;
        clearTimeout(timer);
        return 'waited';
      },
    },
    aborted: {
      description: 'Says how many calls were cancelled.',
      annotations: { readOnlyHint: true },
      handler: () => aborted,
    },
    regional: {
      description: 'Takes its region from a header.',
      inputSchema: { type: 'object', properties: { region: { type: 'string', 'x-mcp-header': 'Region' } } },
      handler: ({ region }) => region,
    },
  },
};
