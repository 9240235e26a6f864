import { describe, expect, vi } from 'vitest';
import type { TestClient } from '../test-client.ts';
import type { ClientTest } from './client-test.ts';

const IMAGE = { type: 'image', data: expect.stringMatching(/^iVBOR/), mimeType: 'image/png' };
const SOUND = { type: 'audio', data: expect.stringMatching(/^UklGR/), mimeType: 'audio/wav' };

/** Tools: lists, every kind of content, failures, progress, log messages, cancellation. */
export function describeTools(it: ClientTest): void {
  describe('tools', () => {
    it('lists tools with their schemas as the server wrote them', async ({ everything }) => {
      const { tools } = await everything.sdk.listTools();
      const named = Object.fromEntries(tools.map(tool => [tool.name, tool]));
      expect(named.echo).toMatchObject({
        title: 'Echo',
        inputSchema: { type: 'object', required: ['message'] },
        annotations: { readOnlyHint: true },
      });
      expect(named.json_schema_2020_12_tool?.inputSchema).toMatchObject({
        $defs: { address: { $anchor: 'addressDef' } },
        if: expect.anything(),
      });
    });

    it.for([
      ['test_simple_text', [text('This is a simple text response for testing.')]],
      ['test_image_content', [IMAGE]],
      ['test_audio_content', [SOUND]],
      ['test_embedded_resource', [{ type: 'resource', resource: { uri: 'test://embedded-resource' } }]],
      ['test_multiple_content_types', [text('Multiple content types test:'), IMAGE, { type: 'resource' }]],
    ] as const)('reads the content of %s', async ([name, content], { everything }) => {
      expect(await everything.call(name)).toMatchObject({ content });
    });

    it('passes arguments on, in whatever script', async ({ everything }) => {
      const { content } = await everything.call('echo', { message: 'Γειά 👋', repeat: 2 });
      expect(content).toEqual([text('Γειά 👋\nΓειά 👋')]);
    });

    it('reads structured content that fits its schema', async ({ everything }) => {
      await everything.sdk.listTools();
      const { structuredContent, content } = await everything.call('random_id');
      expect(structuredContent).toEqual({
        id: expect.stringMatching(/^[0-9a-f-]{36}$/),
        createdAt: expect.any(String),
      });
      expect(content).toEqual([text((structuredContent as { id: string }).id)]);
    });

    it('calls a tool whose parameter must be repeated in a header', async ({ everything }) => {
      await everything.sdk.listTools();
      const { content } = await everything.call('test_header_parameter', {
        region: 'Zürich',
        note: 'by the lake',
      });
      expect(content).toEqual([text('Region Zürich: by the lake')]);
    });

    it.for([
      ['the tool fails', 'test_error_handling', {}, 'intentionally returns an error'],
      ['an argument is wrong', 'echo', { message: 'hi', repeat: 0 }, 'repeat'],
    ] as const)('reads an error as a result when %s', async ([, name, args, said], { everything }) => {
      expect(await everything.call(name, args)).toMatchObject({
        isError: true,
        content: [text(expect.stringContaining(said))],
      });
    });

    it('is refused a tool that nobody has', async ({ everything }) => {
      await expect(everything.call('no_such_tool')).rejects.toMatchObject({
        code: -32602,
        message: expect.stringContaining('no_such_tool'),
      });
    });

    it('hears of progress, step by step', async ({ everything }) => {
      const steps: unknown[] = [];
      await everything.call('slow_count', { to: 3, delayMs: 10 }, { onProgress: step => steps.push(step) });
      expect(steps).toMatchObject([1, 2, 3].map(progress => ({ progress, total: 3 })));
    });

    it('gets log messages from the level on that it has set', async ({ everything }) => {
      everything.heard.splice(0);
      await everything.setLogLevel('warning');
      await everything.call('test_tool_with_logging');
      expect(messagesOf(everything)).toEqual([]);
      await everything.setLogLevel('info');
      await everything.call('test_tool_with_logging');
      expect(messagesOf(everything)).toEqual([
        { level: 'info', data: 'Tool execution started' },
        { level: 'info', data: 'Tool processing data' },
        { level: 'info', data: 'Tool execution completed' },
      ]);
    });

    it('stops a call for good by cancelling it', async ({ everything }) => {
      const controller = new AbortController();
      const counted = everything.call(
        'slow_count',
        { to: 100, delayMs: 50 },
        {
          signal: controller.signal,
          onProgress: ({ progress }) => progress === 3 && controller.abort(new Error('enough')),
        },
      );
      await expect(counted).rejects.toThrow('enough');
      await vi.waitFor(async () => {
        expect(await latestCount(everything)).toMatchObject({ to: 100, isRunning: false });
      });
      expect((await latestCount(everything)).counted).toBeLessThan(30);
    });
  });
}

/** A text block. */
export function text(said: unknown) {
  return { type: 'text', text: said };
}

function messagesOf({ heard }: TestClient): unknown[] {
  return heard.filter(({ method }) => method === 'notifications/message').map(({ params }) => params);
}

async function latestCount({
  sdk,
}: TestClient): Promise<{ to: number; counted: number; isRunning: boolean }> {
  const { contents } = await sdk.readResource({ uri: 'everything://latest-count' });
  return JSON.parse((contents[0] as { text: string }).text);
}
