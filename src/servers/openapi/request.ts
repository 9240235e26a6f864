import { argumentOf } from './arguments.ts';
import { encodedBody } from './body.ts';
import { CallError } from './call-error.ts';
import { requireOwnNames, type Sent } from './exploded.ts';
import type { Api, Arguments, Operation, Parameter } from './operation.ts';
import { headerText, type Pair, pathText, plain, queryPairs } from './styles.ts';

/** Media types that are taken where the API does not say what it answers. */
const ANYTHING = 'application/json, */*;q=0.5';

/**
 * The request of a call. It carries no credential: whatever runs this server adds one on the way out.
 * @throws CallError where an argument cannot be written as the API wants it.
 */
export function requestOf(api: Api, operation: Operation, args: Arguments): { url: URL; init: RequestInit } {
  const body = encodedBody(operation.body, args);
  const headers = new Headers({ accept: operation.accept ?? ANYTHING });
  for (const { to, value } of sentIn('header', operation, args)) headers.set(to.name, headerValue(to, value));
  if (body) headers.set('content-type', body.mediaType);
  return {
    url: urlOf(api, operation, args),
    init: { method: operation.method, headers, ...(body && { body: body.body }) },
  };
}

/** The address of a call. @throws CallError where an argument cannot be written as the API wants it. */
export function urlOf(api: Api, operation: Operation, args: Arguments): URL {
  const path = sentIn('path', operation, args).reduce(
    (text, { to, value }) => text.replaceAll(`{${to.name}}`, () => segment(to, value)),
    operation.path,
  );
  const pairs = sentIn('query', operation, args).flatMap(({ to, value }) => pairsOf(to, value));
  const query = pairs.map(pair => pair.join('=')).join('&');
  return new URL(`${api.bases[operation.base]}${path}${query === '' ? '' : `?${query}`}`);
}

/** What was given of the parameters of one place. A parameter is no place for null. */
function sentIn(
  place: Parameter['in'],
  { parameters }: Operation,
  args: Arguments,
): readonly Sent<Parameter>[] {
  const all = parameters.filter(each => each.in === place);
  const sent = all
    .map(to => ({ to, value: argumentOf(args, to.arg) ?? null }))
    .filter(({ value }) => value !== null);
  requireOwnNames(sent, all);
  return sent;
}

/**
 * What stands in a place of the path. It must not lead anywhere else: not to the folder above, nor, where it is empty, to the
 * folder itself.
 */
function segment(parameter: Parameter, value: unknown): string {
  const text = parameter.json ? encodeURIComponent(JSON.stringify(value)) : pathText(parameter, value);
  const parts = text.split('/');
  if (!parts.some(part => part === '' || part === '.' || part === '..')) return text;
  throw new CallError(
    `Not sent: "${parameter.arg}" must not be empty, "." or "..", nor have such a part: it is a part of the address.`,
  );
}

function pairsOf(parameter: Parameter, value: unknown): Pair[] {
  if (!parameter.json) return queryPairs(parameter, value);
  return [[encodeURIComponent(parameter.name), encodeURIComponent(JSON.stringify(value))]];
}

function headerValue(parameter: Parameter, value: unknown): string {
  const text = parameter.json ? JSON.stringify(value) : headerText(parameter, value);
  if (/^[\x20-\x7e]*$/.test(text)) return text;
  throw new CallError(
    `Not sent: "${parameter.arg}" must be visible ASCII: it is a header, "${plain(parameter.name)}".`,
  );
}
