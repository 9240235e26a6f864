import { completable, type GetPromptResult, type McpServer } from '@modelcontextprotocol/server';
import * as z from 'zod';
import { PIXEL_PNG } from './content.ts';
import { answersTo, askFor, field } from './questions.ts';

type Content = GetPromptResult['messages'][number]['content'];

const SUGGESTIONS = ['tea', 'test', 'text', 'textile'];

const suggested = (description: string) =>
  completable(z.string().describe(description), typed => SUGGESTIONS.filter(word => word.startsWith(typed)));

const CONTEXT = { user_context: field('What context should the prompt use?', 'context', z.string()) };

/** Registers the prompts: plain, with arguments that complete, with other content, and one that asks back. */
export function registerPrompts(server: McpServer): void {
  registerPlain(server);
  registerWithContent(server);
  registerAsking(server);
}

function registerPlain(server: McpServer): void {
  server.registerPrompt('test_simple_prompt', { description: 'A prompt without arguments.' }, () =>
    userSays({ type: 'text', text: 'This is a simple prompt for testing.' }),
  );
  server.registerPrompt(
    'test_prompt_with_arguments',
    {
      description: 'A prompt made from two arguments, both of which complete.',
      argsSchema: z.object({ arg1: suggested('First argument'), arg2: suggested('Second argument') }),
    },
    ({ arg1, arg2 }) =>
      userSays({ type: 'text', text: `Prompt with arguments: arg1='${arg1}', arg2='${arg2}'` }),
  );
}

function registerWithContent(server: McpServer): void {
  server.registerPrompt(
    'test_prompt_with_embedded_resource',
    {
      description: 'A prompt that carries the resource it is about.',
      argsSchema: z.object({ resourceUri: z.string().describe('Address the embedded resource shall have') }),
    },
    ({ resourceUri: uri }) =>
      userSays(
        {
          type: 'resource',
          resource: { uri, mimeType: 'text/plain', text: 'Embedded resource content for testing.' },
        },
        { type: 'text', text: 'Please process the embedded resource above.' },
      ),
  );
  server.registerPrompt('test_prompt_with_image', { description: 'A prompt that carries an image.' }, () =>
    userSays(
      { type: 'image', data: PIXEL_PNG, mimeType: 'image/png' },
      { type: 'text', text: 'Please analyze the image above.' },
    ),
  );
}

function registerAsking(server: McpServer): void {
  server.registerPrompt(
    'test_input_required_result_prompt',
    { description: 'A prompt that asks the user for its context first.' },
    ctx => {
      const answers = answersTo(ctx, CONTEXT);
      if (answers === undefined) return askFor(CONTEXT);
      return userSays({ type: 'text', text: `Prompt with context: ${answers.user_context}` });
    },
  );
}

function userSays(...contents: Content[]): GetPromptResult {
  return { messages: contents.map(content => ({ role: 'user', content })) };
}
