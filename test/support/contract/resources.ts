import { describe, expect, vi } from 'vitest';
import type { TestClient } from '../test-client.ts';
import type { ClientTest } from './client-test.ts';

const WATCHED = 'test://watched-resource';

/** Resources and what is told of their changes; prompts and completion. */
export function describeResources(it: ClientTest): void {
  describe('resources', () => {
    it('lists resources and templates', async ({ everything }) => {
      expect(await resourceUris(everything)).toEqual(
        expect.arrayContaining(['test://static-text', 'test://static-binary', WATCHED]),
      );
      const { resourceTemplates } = await everything.sdk.listResourceTemplates();
      expect(resourceTemplates.map(({ uriTemplate }) => uriTemplate)).toEqual([
        'test://template/{id}/data',
        'everything://greetings/{language}',
      ]);
    });

    it.for([
      [
        'test://static-text',
        { mimeType: 'text/plain', text: expect.stringContaining('static text resource') },
      ],
      ['test://static-binary', { mimeType: 'image/png', blob: expect.stringMatching(/^iVBOR/) }],
      ['everything://greetings/greek', { text: 'Γειά σου Κόσμε!' }],
    ] as const)('reads %s', async ([uri, content], { everything }) => {
      const { contents } = await everything.sdk.readResource({ uri });
      expect(contents).toMatchObject([{ uri, ...content }]);
    });

    it('hears of changes while it follows, and no longer than that', async ({ everything }) => {
      const unfollow = await everything.follow(WATCHED);
      await change(everything, 'while followed');
      await vi.waitFor(() => expect(updatesOf(everything)).toContainEqual({ uri: WATCHED }));
      const { contents } = await everything.sdk.readResource({ uri: WATCHED });
      expect(contents).toMatchObject([{ text: 'while followed' }]);

      await unfollow();
      everything.heard.splice(0);
      await change(everything, 'when nobody listens');
      await announced(everything, 'test_trigger_tool_change', 'notifications/tools/list_changed');
      await announced(everything, 'test_trigger_prompt_change', 'notifications/prompts/list_changed');
      expect(updatesOf(everything)).toEqual([]);
    });
  });

  describe('prompts', () => {
    it('lists prompts with their arguments', async ({ everything }) => {
      const { prompts } = await everything.sdk.listPrompts();
      expect(prompts).toContainEqual(
        expect.objectContaining({
          name: 'test_prompt_with_arguments',
          arguments: [expect.objectContaining({ name: 'arg1', required: true }), expect.anything()],
        }),
      );
    });

    it.for([
      ['test_simple_prompt', {}, [{ type: 'text' }]],
      [
        'test_prompt_with_arguments',
        { arg1: 'tea', arg2: 'text' },
        [{ text: expect.stringContaining("arg1='tea', arg2='text'") }],
      ],
      [
        'test_prompt_with_embedded_resource',
        { resourceUri: 'test://it' },
        [{ resource: { uri: 'test://it' } }, { type: 'text' }],
      ],
      ['test_prompt_with_image', {}, [{ type: 'image', mimeType: 'image/png' }, { type: 'text' }]],
    ] as const)('gets %s', async ([name, args, contents], { everything }) => {
      const { messages } = await everything.sdk.getPrompt({ name, arguments: args });
      expect(messages).toMatchObject(contents.map(content => ({ role: 'user', content })));
    });

    it("completes a prompt's argument and a template's variable", async ({ everything }) => {
      const prompt = await everything.sdk.complete({
        ref: { type: 'ref/prompt', name: 'test_prompt_with_arguments' },
        argument: { name: 'arg1', value: 'te' },
      });
      expect(prompt.completion.values).toEqual(['tea', 'test', 'text', 'textile']);
      const template = await everything.sdk.complete({
        ref: { type: 'ref/resource', uri: 'everything://greetings/{language}' },
        argument: { name: 'language', value: 'd' },
      });
      expect(template.completion.values).toEqual(['danish', 'dutch']);
    });
  });
}

async function change(client: TestClient, text: string): Promise<void> {
  expect(await client.call('set_watched_text', { text })).not.toHaveProperty('isError');
}

/** Calls a tool that announces a change, and waits until the announcement has arrived. */
async function announced(client: TestClient, tool: string, method: string): Promise<void> {
  await client.call(tool);
  await vi.waitFor(() => expect(client.heard.map(heard => heard.method)).toContain(method));
}

function updatesOf({ heard }: TestClient): unknown[] {
  return heard
    .filter(({ method }) => method === 'notifications/resources/updated')
    .map(({ params }) => ({ uri: (params as { uri: string }).uri }));
}

/** The addresses of all resources, page after page. */
export async function resourceUris({ sdk }: TestClient): Promise<string[]> {
  const uris: string[] = [];
  let cursor: string | undefined;
  do {
    const { resources, nextCursor } = await sdk.listResources(cursor === undefined ? {} : { cursor });
    uris.push(...resources.map(({ uri }) => uri));
    cursor = nextCursor;
  } while (cursor !== undefined);
  return uris;
}
