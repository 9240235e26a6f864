import * as z from 'zod';
import { listOf, record, TEXT } from './shorthand.ts';

const FLAW = record({
  path: TEXT.describe('Where: members with dots between them; empty for the whole.'),
  message: TEXT,
});

/** What every refusal is (RFC 9457). */
export const PROBLEM_SCHEMAS = {
  Problem: record({
    type: TEXT.describe('A reference to what the reference page says of the code.'),
    title: TEXT,
    status: z.int().min(400).max(599),
    detail: TEXT.describe('What is wrong, and what would be right; for people.'),
    code: TEXT.describe('Stable, for programs.'),
    errors: listOf(FLAW).optional().describe('All that is wrong with a query or a body.'),
  }),
};
