import { expect } from 'vitest';
import type { Primitive } from './primitive.ts';

const COMPLETIONS = [
  [
    'completion/complete: argument of a prompt',
    { type: 'ref/prompt', name: 'test_prompt_with_arguments' },
    { name: 'arg1', value: 'tex' },
    ['text', 'textile'],
  ],
  [
    'completion/complete: variable of a template',
    { type: 'ref/resource', uri: 'everything://greetings/{language}' },
    { name: 'language', value: 'g' },
    ['german', 'greek'],
  ],
] as const;

const READINGS = [
  ['resources/read: text', 'test://static-text', { mimeType: 'text/plain', text: expect.any(String) }],
  ['resources/read: bytes', 'test://static-binary', { mimeType: 'image/png', blob: expect.any(String) }],
  ['resources/read: by a template', 'everything://greetings/greek', { text: 'Γειά σου Κόσμε!' }],
] as const;

/** Prompts, resources and what completes their arguments. */
export const READING_PRIMITIVES: readonly Primitive[] = [
  {
    name: 'prompts/list',
    async prove({ client }) {
      const { prompts } = await client.sdk.listPrompts();
      expect(prompts).toContainEqual(
        expect.objectContaining({
          name: 'test_prompt_with_arguments',
          arguments: [expect.objectContaining({ name: 'arg1' }), expect.objectContaining({ name: 'arg2' })],
        }),
      );
    },
  },
  {
    name: 'prompts/get',
    async prove({ client }) {
      const args = { arg1: 'tea', arg2: 'text' };
      const { messages } = await client.sdk.getPrompt({
        name: 'test_prompt_with_arguments',
        arguments: args,
      });
      const said = "Prompt with arguments: arg1='tea', arg2='text'";
      expect(messages).toEqual([{ role: 'user', content: { type: 'text', text: said } }]);
    },
  },
  {
    name: 'resources/list',
    async prove({ client }) {
      const { resources } = await client.sdk.listResources();
      expect(resources.map(({ uri }) => uri)).toEqual(
        expect.arrayContaining(['test://static-text', 'test://static-binary', 'test://watched-resource']),
      );
    },
  },
  {
    name: 'resources/templates/list',
    async prove({ client }) {
      const { resourceTemplates } = await client.sdk.listResourceTemplates();
      expect(resourceTemplates.map(({ uriTemplate }) => uriTemplate)).toContain(
        'everything://greetings/{language}',
      );
    },
  },
  ...READINGS.map(([name, uri, content]) => ({
    name,
    prove: async ({ client }: Parameters<Primitive['prove']>[0]) =>
      expect((await client.sdk.readResource({ uri })).contents).toMatchObject([{ uri, ...content }]),
  })),
  {
    name: 'resources/read: not found (-32002 in 2025, -32602 in 2026)',
    prove: ({ client, era }) =>
      expect(client.sdk.readResource({ uri: 'everything://greetings/klingon' })).rejects.toMatchObject({
        code: era === '2025' ? -32002 : -32602,
      }),
  },
  ...COMPLETIONS.map(([name, ref, argument, values]) => ({
    name,
    prove: async ({ client }: Parameters<Primitive['prove']>[0]) =>
      expect((await client.sdk.complete({ ref, argument })).completion.values).toEqual(values),
  })),
];
