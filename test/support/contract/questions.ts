import { describe, expect } from 'vitest';
import type { Form, FormReply } from '../test-client.ts';
import type { ClientTest } from './client-test.ts';
import { text } from './tools.ts';

/** What servers ask of the client's side while a call runs: forms, samples, roots. */
export function describeQuestions(it: ClientTest): void {
  describe('questions from the server', () => {
    it.for([
      [
        { action: 'accept', content: { username: 'ada', email: 'ada@example.com' } },
        'action=accept, content={"username":"ada","email":"ada@example.com"}',
      ],
      [{ action: 'decline' }, 'action=decline, content={}'],
      [{ action: 'cancel' }, 'action=cancel, content={}'],
    ] satisfies [FormReply, string][])(
      'carries the reply %j to a form',
      async ([reply, said], { everything }) => {
        const shown: Form[] = [];
        everything.person.fillIn = form => {
          shown.push(form);
          return reply;
        };
        const { content } = await everything.call('test_elicitation', { message: 'Who are you?' });
        expect(shown).toEqual([{ message: 'Who are you?', fields: ['username', 'email'] }]);
        expect(content).toEqual([text(`User response: ${said}`)]);
      },
    );

    it('is asked again in a second round of the same call', async ({ everything }) => {
      const shown: string[] = [];
      everything.person.fillIn = ({ message, fields: [field = ''] }) => {
        shown.push(message);
        return { action: 'accept', content: { [field]: field === 'name' ? 'Ada' : 'green' } };
      };
      const { content } = await everything.call('ask_name');
      expect(shown).toEqual(['What is your name?', 'Which of these colours do you like best?']);
      expect(content).toEqual([text('Ada likes green.')]);
    });

    it('lends the server its model', async ({ everything }) => {
      everything.person.generate = prompt => `answer to "${prompt}"`;
      const { content } = await everything.call('test_sampling', { prompt: 'Why?' });
      expect(content).toEqual([text('LLM response: answer to "Why?"')]);
    });

    it('tells the server its roots', async ({ everything }) => {
      everything.person.roots = [{ uri: 'file:///home/ada', name: 'home' }];
      const { content } = await everything.call('test_input_required_result_list_roots');
      expect(content).toEqual([text('Roots: [{"uri":"file:///home/ada","name":"home"}]')]);
    });

    it('answers all three kinds in one round', async ({ everything }) => {
      everything.person.fillIn = () => ({ action: 'accept', content: { name: 'Ada' } });
      everything.person.generate = () => 'Good day';
      everything.person.roots = [{ uri: 'file:///a' }, { uri: 'file:///b' }];
      const { content } = await everything.call('test_input_required_result_multiple_inputs');
      expect(content).toEqual([text('Name: Ada; Greeting: Good day; Roots: 2')]);
    });

    it('is asked before a prompt is made, too', async ({ everything }) => {
      everything.person.fillIn = () => ({ action: 'accept', content: { context: 'rain' } });
      const { messages } = await everything.sdk.getPrompt({ name: 'test_input_required_result_prompt' });
      expect(messages).toEqual([{ role: 'user', content: text('Prompt with context: rain') }]);
    });
  });
}
