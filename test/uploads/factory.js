import { inputRequired, inputResponse, McpServer } from '@modelcontextprotocol/server';
import * as z from 'zod/v4';
import { sum } from './lib/sum.js';

/** The same tools as `plain.js`, on a server of the SDK. */
export default () => {
  const server = new McpServer({ name: 'calc', version: '1.0.0' }, { instructions: 'Adds numbers.' });
  const numbers = z.object({ a: z.number(), b: z.number() });
  const annotations = { readOnlyHint: true };
  server.registerTool(
    'add',
    { description: 'Adds two numbers.', inputSchema: numbers, annotations },
    ({ a, b }) => said(String(sum(a, b))),
  );
  server.registerTool('greet', { description: 'Greets somebody who says their name.' }, ({ mcpReq }) => {
    const answer = inputResponse(mcpReq.inputResponses, 'name');
    if (answer.kind === 'elicit') return said(`Hello ${answer.content?.name}`);
    const requestedSchema = z.object({ name: z.string() });
    const name = inputRequired.elicit({ message: 'Your name?', requestedSchema });
    return inputRequired({ inputRequests: { name }, requestState: 'asked' });
  });
  server.registerTool('fail', { description: 'Fails.' }, () => {
    throw new Error('no such thing');
  });
  return server;
};

const said = text => ({ content: [{ type: 'text', text }] });
