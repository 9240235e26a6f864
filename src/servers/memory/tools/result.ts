import type { CallToolResult } from '@modelcontextprotocol/server';
import type { StateRefusal } from '../state.ts';

/** A result in both forms: words for the model, the same facts as data for programs. */
export function answer(text: string, structuredContent: Record<string, unknown>): CallToolResult {
  return { content: [{ type: 'text', text }], structuredContent };
}

/** A failure that the caller can mend: say what is wrong, and what would be right. */
export function refusal(text: string): CallToolResult {
  return { content: [{ type: 'text', text }], isError: true };
}

/** The refusal of a note that the state has no room for. */
export function noRoom({ code, limit, unit }: StateRefusal): CallToolResult {
  return refusal(`The note was not remembered: ${REASONS[code](`${limit} ${unit}`)}`);
}

const REASONS: Record<StateRefusal['code'], (limit: string) => string> = {
  value_too_large: limit =>
    `it takes more than the ${limit} that one note may take. Shorten it, or make several notes of it.`,
  quota_exceeded: limit =>
    `memory is full, its limit is ${limit}. Forget notes that are no longer needed, then try again.`,
};
