import type { JsonObject } from '../protocol/message.ts';

/** What a tool says of itself, as rules see it. */
export interface ToolHints {
  readonly readOnly: boolean;
  readonly destructive: boolean;
  readonly idempotent: boolean;
  readonly openWorld: boolean;
}

/**
 * Reads the annotations of a tool (MCP, `ToolAnnotations`). What they do not say is as the specification has it: the worst. Whether it
 * destroys or may be repeated is said of a tool only that changes something: one that reads does the first never and the second always.
 */
export function hintsOf(annotations: JsonObject): ToolHints {
  const readOnly = annotations.readOnlyHint === true;
  return {
    readOnly,
    destructive: !readOnly && annotations.destructiveHint !== false,
    idempotent: readOnly || annotations.idempotentHint === true,
    openWorld: annotations.openWorldHint !== false,
  };
}
