import { expect, test } from 'vitest';
import type { JsonObject } from '../../../protocol/message.ts';
import { linkQuestion } from './link-required.ts';

const CLIENT = { capabilities: { elicitation: { form: {}, url: {} } } };

/** What is asked where a server refuses a call with these links. */
function questions(...elicitations: readonly JsonObject[]) {
  const error = { code: -32042, message: 'A link.', data: { elicitations } };
  const outcome = linkQuestion({ kind: 'error', error, httpStatus: 200 }, CLIENT);
  return outcome.kind === 'result'
    ? Object.values(outcome.result.inputRequests as JsonObject)
    : outcome.error;
}

test('what else a server says of a link is not asked: no form comes in as a link', () => {
  const link = { url: 'https://far.example/', message: 'Allow it.', elicitationId: 'e' };
  const form = { mode: 'form', requestedSchema: { properties: { password: {} } }, _meta: { a: 1 } };
  expect(questions({ ...form, ...link })).toEqual([
    { method: 'elicitation/create', params: { mode: 'url', ...link } },
  ]);
});

test('a link without words has some of ours', () => {
  expect(questions({ url: 'https://far.example/' })).toEqual([
    {
      method: 'elicitation/create',
      params: { mode: 'url', url: 'https://far.example/', message: expect.stringContaining('link') },
    },
  ]);
});

test('a refusal without a link stands', () => {
  expect(questions({ mode: 'url' }, { url: 7 })).toMatchObject({ code: -32042, message: 'A link.' });
});
