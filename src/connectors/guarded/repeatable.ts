import { isObject } from '../../protocol/message.ts';
import type { InnerRequest } from '../connector.ts';

/**
 * Whether a request may be sent twice: what only reads, and a tool that says of itself that it only reads or that doing it again does
 * nothing more (MCP, `ToolAnnotations`). A further round of a call never: its server may have used up what the round answers.
 */
export function isRepeatable({ method, params, tool }: InnerRequest): boolean {
  if (params.inputResponses !== undefined || params.requestState !== undefined) return false;
  if (method !== 'tools/call') return true;
  const annotations = isObject(tool?.annotations) ? tool.annotations : {};
  return annotations.readOnlyHint === true || annotations.idempotentHint === true;
}
