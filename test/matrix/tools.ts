import { expect } from 'vitest';
import { type Cell, expectAnswer, type Primitive, text } from './primitive.ts';

/** Expects a fixed answer of a tool without arguments. */
const answers = (tool: string, block: object) => async (cell: Cell) =>
  expect((await cell.client.call(tool)).content).toMatchObject([block]);

/** Tools: how they are listed, all that they can answer, and how a call fails. */
export const TOOL_PRIMITIVES: readonly Primitive[] = [
  {
    name: 'tools/list: names, schemas, annotations',
    async prove({ client }) {
      const { tools } = await client.sdk.listTools();
      expect(tools).toContainEqual(
        expect.objectContaining({
          name: 'echo',
          inputSchema: expect.objectContaining({
            properties: expect.objectContaining({ message: expect.anything(), repeat: expect.anything() }),
            required: ['message'],
          }),
          annotations: expect.objectContaining({ readOnlyHint: true }),
        }),
      );
    },
  },
  {
    name: 'tools/call: arguments',
    prove: cell => expectAnswer(cell, 'echo', { message: 'hi', repeat: 2 }, 'hi\nhi'),
  },
  {
    name: 'tools/call: text',
    prove: answers('test_simple_text', text('This is a simple text response for testing.')),
  },
  {
    name: 'tools/call: image',
    prove: answers('test_image_content', {
      type: 'image',
      mimeType: 'image/png',
      data: expect.stringMatching(/^iVBOR/),
    }),
  },
  {
    name: 'tools/call: audio',
    prove: answers('test_audio_content', {
      type: 'audio',
      mimeType: 'audio/wav',
      data: expect.stringMatching(/^UklGR/),
    }),
  },
  {
    name: 'tools/call: embedded resource',
    prove: answers('test_embedded_resource', {
      type: 'resource',
      resource: { uri: expect.stringContaining('://'), mimeType: expect.any(String) },
    }),
  },
  {
    name: 'tools/call: resource link',
    prove: answers('test_resource_link', {
      type: 'resource_link',
      uri: 'test://static-text',
      name: 'static-text',
    }),
  },
  {
    name: 'tools/call: structured content',
    async prove({ client }) {
      const { tools } = await client.sdk.listTools();
      const tool = tools.find(({ name }) => name === 'random_id');
      expect(tool?.outputSchema).toMatchObject({ properties: { id: expect.anything() } });
      const { structuredContent } = await client.call('random_id');
      expect(structuredContent).toEqual({ id: expect.any(String), createdAt: expect.any(String) });
    },
  },
  {
    name: 'tools/call: an error of the tool (isError)',
    async prove({ client }) {
      const { isError, content } = await client.call('test_error_handling');
      expect(isError).toBe(true);
      expect(JSON.stringify(content)).toContain('This tool intentionally returns an error for testing');
    },
  },
  {
    name: 'tools/call: invalid arguments (isError)',
    async prove({ client }) {
      const { isError, content } = await client.call('echo', { message: 'hi', repeat: 'often' });
      expect(isError).toBe(true);
      expect(JSON.stringify(content)).toContain('repeat');
    },
  },
  {
    name: 'tools/call: unknown tool (-32602)',
    prove: ({ client }) => expect(client.call('no_such_tool')).rejects.toMatchObject({ code: -32602 }),
  },
];
