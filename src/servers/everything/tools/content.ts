import type { CallToolResult, ContentBlock, McpServer } from '@modelcontextprotocol/server';
import { PIXEL_PNG, SILENT_WAV } from '../content.ts';

const IMAGE: ContentBlock = { type: 'image', data: PIXEL_PNG, mimeType: 'image/png' };

/** Tools without arguments that always answer the same: name, what it shows, content. */
const FIXED_ANSWERS: readonly (readonly [name: string, description: string, content: ContentBlock[]])[] = [
  [
    'test_simple_text',
    'Answers with text.',
    [{ type: 'text', text: 'This is a simple text response for testing.' }],
  ],
  ['test_image_content', 'Answers with an image.', [IMAGE]],
  [
    'test_audio_content',
    'Answers with a sound (of silence).',
    [{ type: 'audio', data: SILENT_WAV, mimeType: 'audio/wav' }],
  ],
  [
    'test_embedded_resource',
    'Answers with an embedded resource.',
    [embedded('test://embedded-resource', 'text/plain', 'This is an embedded resource content.')],
  ],
  [
    'test_multiple_content_types',
    'Answers with text, an image and an embedded resource.',
    [
      { type: 'text', text: 'Multiple content types test:' },
      IMAGE,
      embedded('test://mixed-content-resource', 'application/json', '{"test":"data","value":123}'),
    ],
  ],
];

/** Registers one tool for each kind of content, and one that fails. */
export function registerContentTools(server: McpServer): void {
  for (const [name, description, content] of FIXED_ANSWERS) {
    server.registerTool(name, { description, annotations: { readOnlyHint: true } }, () => ({ content }));
  }
  server.registerTool('test_error_handling', { description: 'Always fails.' }, (): CallToolResult => {
    throw new Error('This tool intentionally returns an error for testing');
  });
}

function embedded(uri: string, mimeType: string, text: string): ContentBlock {
  return { type: 'resource', resource: { uri, mimeType, text } };
}
