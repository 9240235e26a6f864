import type { CallToolResult } from '@modelcontextprotocol/server';
import { GitHubError } from '../api/github-error.ts';

/** A result in both forms: words for the model, the same facts as data for programs. */
export function answer(lines: readonly string[], structuredContent: Record<string, unknown>): CallToolResult {
  return { content: [{ type: 'text', text: lines.join('\n') }], structuredContent };
}

/** Does the work of a tool. What GitHub refuses is a result that says why, so that the model can act on it. */
export async function answering(work: () => Promise<CallToolResult>): Promise<CallToolResult> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof GitHubError)) throw error;
    return { content: [{ type: 'text', text: error.toText() }], isError: true };
  }
}

/** What reading tools say of themselves: they change nothing, and what they answer comes from outside. */
export const READS = { readOnlyHint: true, openWorldHint: true } as const;

/** The same of tools that make something new: it harms nothing that is there, and a second call makes a second one. */
export const ADDS = {
  readOnlyHint: false,
  destructiveHint: false,
  idempotentHint: false,
  openWorldHint: true,
} as const;
