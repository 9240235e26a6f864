import type { Json } from './json.ts';

/** What methods say of what they do (RFC 9110 section 9.2). Of POST and PATCH nothing is known. */
const BY_METHOD: Readonly<Record<string, Json>> = {
  GET: { readOnlyHint: true },
  HEAD: { readOnlyHint: true },
  OPTIONS: { readOnlyHint: true },
  POST: { readOnlyHint: false },
  PATCH: { readOnlyHint: false },
  PUT: { readOnlyHint: false, idempotentHint: true },
  DELETE: { readOnlyHint: false, idempotentHint: true, destructiveHint: true },
};

/** Whether a method changes nothing. */
export function isReading(method: string): boolean {
  return BY_METHOD[method]?.readOnlyHint === true;
}

/** The annotations of a tool (MCP, "ToolAnnotations"). What an API answers comes from outside. */
export function annotationsOf(method: string): Json {
  return { ...BY_METHOD[method], openWorldHint: true };
}
