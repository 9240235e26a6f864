import type { GatehouseError } from '../../errors.ts';
import { isObject, type JsonObject } from '../../protocol/message.ts';
import { LIST_ITEMS } from '../../protocol/method.ts';
import type { InnerRequest } from '../connector.ts';
import { upstreamFailure } from '../upstream-failure.ts';
import { violationOf } from './output-schema.ts';

/** What the results of a method must have to be its results at all. */
const REQUIRED: Readonly<Record<string, (result: JsonObject) => boolean>> = {
  'server/discover': ({ capabilities }) => isObject(capabilities),
  'prompts/get': ({ messages }) => areObjects(messages),
  'resources/read': ({ contents }) => areObjects(contents),
  'completion/complete': ({ completion }) => isObject(completion) && Array.isArray(completion.values),
  ...Object.fromEntries(
    Object.entries(LIST_ITEMS).map(([method, key]) => [
      method,
      (result: JsonObject) => areObjects(result[key]),
    ]),
  ),
};

/**
 * What is wrong with a server's result for a request; null where it can be handed on.
 * @param mayBeEmpty whether a tool that has nothing to say may say so, by an empty list.
 */
export function wrongWith(
  server: string,
  { method, tool }: Pick<InnerRequest, 'method' | 'tool'>,
  result: JsonObject,
  mayBeEmpty = false,
): GatehouseError | null {
  // A question to the user, or a handle of a task, is judged by whoever reads it.
  if (result.resultType !== undefined && result.resultType !== 'complete') return null;
  if (method === 'tools/call') return wrongWithToolResult(server, tool, result, mayBeEmpty);
  const isWhole = REQUIRED[method]?.(result) ?? true;
  return isWhole
    ? null
    : upstreamFailure('answer_invalid', `The server "${server}" answered ${method} with something else.`);
}

function wrongWithToolResult(
  server: string,
  tool: JsonObject | undefined,
  result: JsonObject,
  mayBeEmpty: boolean,
): GatehouseError | null {
  const { content, structuredContent, isError } = result;
  if (content !== undefined && !isContent(content)) {
    return upstreamFailure('answer_invalid', `The server "${server}" answered with content that is none.`);
  }
  if (isError === true) return null;
  if (structuredContent === undefined && (content === undefined || (content.length === 0 && !mayBeEmpty))) {
    return upstreamFailure(
      'answer_empty',
      `The server "${server}" claims success but answered nothing, as servers do that have lost a session.`,
    );
  }
  const violation = violationOf(tool?.outputSchema, structuredContent);
  return violation === null
    ? null
    : upstreamFailure(
        'result_invalid',
        `The result of the server "${server}" is not what the output schema of the tool promises: ${violation}.`,
      );
}

function isContent(content: unknown): content is readonly JsonObject[] {
  return areObjects(content) && content.every(({ type }) => typeof type === 'string');
}

function areObjects(items: unknown): items is readonly JsonObject[] {
  return Array.isArray(items) && items.every(isObject);
}
