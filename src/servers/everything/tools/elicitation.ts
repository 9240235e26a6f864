import type { McpServer } from '@modelcontextprotocol/server';
import * as z from 'zod';
import { says } from '../content.ts';
import { reportProgress } from '../pace.ts';
import { answersTo, askFor, type FormReply, field, form, sample } from '../questions.ts';
import { DEFAULTS_FORM, ENUMS_FORM, USER_FORM } from './forms.ts';

/** Forms without arguments: name, what it shows, the form. */
const FORMS = [
  [
    'test_elicitation_sep1034_defaults',
    'Asks with a form in which every kind of field has a default.',
    form('Please review and update the form fields with defaults', DEFAULTS_FORM),
  ],
  [
    'test_elicitation_sep1330_enums',
    'Asks with a form that has every kind of choice.',
    form('Please select options from the enum fields', ENUMS_FORM),
  ],
] as const;

const STREAMED = { answer: field('Anything to add to the stream?', 'answer', z.string()) };

/**
 * Registers the tools that ask the user or the client's model. They are the suite's tools for pushed requests
 * of 2025-11-25: written once for rounds, and turned into pushed requests by whoever speaks that revision.
 */
export function registerElicitationTools(server: McpServer): void {
  registerForms(server);
  registerMessage(server);
  registerSampling(server);
  registerStreaming(server);
}

function registerForms(server: McpServer): void {
  for (const [name, description, question] of FORMS) {
    server.registerTool(name, { description }, ctx => {
      const answers = answersTo(ctx, { form: question });
      return answers ? says(`Elicitation completed: ${described(answers.form)}`) : askFor({ form: question });
    });
  }
}

function registerMessage(server: McpServer): void {
  server.registerTool(
    'test_elicitation',
    {
      description: 'Asks the user for a name and an address, with a message of your choice.',
      inputSchema: z.object({ message: z.string().describe('What to show the user') }),
    },
    ({ message }, ctx) => {
      const questions = { user: form(message, USER_FORM) };
      const answers = answersTo(ctx, questions);
      return answers ? says(`User response: ${described(answers.user)}`) : askFor(questions);
    },
  );
}

function registerSampling(server: McpServer): void {
  server.registerTool(
    'test_sampling',
    {
      description: "Puts a prompt to the client's model.",
      inputSchema: z.object({ prompt: z.string().describe('What to ask the model') }),
    },
    ({ prompt }, ctx) => {
      const questions = { reply: sample(prompt, 100) };
      const answers = answersTo(ctx, questions);
      return answers ? says(`LLM response: ${answers.reply}`) : askFor(questions);
    },
  );
}

function registerStreaming(server: McpServer): void {
  server.registerTool(
    'test_streaming_elicitation',
    { description: 'Reports progress, then asks: a stream may carry both, but never a request.' },
    async ctx => {
      const answers = answersTo(ctx, STREAMED);
      if (answers !== undefined) return says(`Streaming complete: ${answers.answer}`);
      await reportProgress(ctx, 50, 100);
      return askFor(STREAMED);
    },
  );
}

function described({ action, content }: FormReply): string {
  return `action=${action}, content=${JSON.stringify(content)}`;
}
