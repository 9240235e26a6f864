import { expect } from 'vitest';
import type { Link } from '../support/test-client.ts';
import { expectAnswer, type Primitive } from './primitive.ts';

const LINK = 'https://example.com/page';

/** What a server asks of the client while a call runs. */
export const QUESTION_PRIMITIVES: readonly Primitive[] = [
  {
    name: 'elicitation: a form, and another after it',
    async prove(cell) {
      const shown: string[] = [];
      cell.client.person.fillIn = ({ message, fields: [field = ''] }) => {
        shown.push(message);
        return { action: 'accept', content: { [field]: field === 'name' ? 'Ada' : 'green' } };
      };
      await expectAnswer(cell, 'ask_name', {}, 'Ada likes green.');
      expect(shown).toEqual(['What is your name?', 'Which of these colours do you like best?']);
    },
  },
  {
    name: 'elicitation: a form that is declined',
    async prove({ client }) {
      client.person.fillIn = () => ({ action: 'decline' });
      const { isError, content } = await client.call('ask_name');
      expect(isError).toBe(true);
      expect(JSON.stringify(content)).toContain('(decline)');
    },
  },
  {
    name: 'elicitation: a link to open (URL mode)',
    async prove(cell) {
      const links: Link[] = [];
      cell.client.person.open = link => {
        links.push(link);
        return { action: 'accept' };
      };
      await expectAnswer(cell, 'open_link', { url: LINK }, 'The user was asked: accept');
      expect(links).toMatchObject([{ url: LINK, message: 'Please open this link.' }]);
      // The revision of 2026 has no such id (elicitation/create).
      expect(typeof links[0]?.elicitationId).toBe(cell.era === '2025' ? 'string' : 'undefined');
    },
  },
  {
    name: 'sampling',
    async prove(cell) {
      cell.client.person.generate = prompt => `answer to "${prompt}"`;
      await expectAnswer(cell, 'test_sampling', { prompt: 'Why?' }, 'LLM response: answer to "Why?"');
    },
  },
  {
    name: 'roots',
    async prove(cell) {
      cell.client.person.roots = [{ uri: 'file:///home/ada', name: 'home' }];
      const said = 'Roots: [{"uri":"file:///home/ada","name":"home"}]';
      await expectAnswer(cell, 'test_input_required_result_list_roots', {}, said);
    },
  },
];
