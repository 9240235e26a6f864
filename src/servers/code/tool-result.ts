/**
 * What a plain tool returns, as MCP has it. A result is left as it is; text becomes text; all other values are shown as JSON, and
 * objects are structured content as well.
 */
export function toolResult(value: unknown, hasOutputSchema: boolean): object {
  if (isResult(value)) return value;
  const content = value === undefined ? [] : [{ type: 'text', text: textOf(value) }];
  const isStructured = hasOutputSchema || (isObject(value) && !Array.isArray(value));
  return isStructured ? { content, structuredContent: value } : { content };
}

/** Of MCP: with content, or one that asks for input. */
function isResult(value: unknown): value is object {
  if (!isObject(value)) return false;
  return Array.isArray(value.content) || typeof value.resultType === 'string';
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
