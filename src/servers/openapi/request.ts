import { argumentOf, isGiven } from './arguments.ts';
import { encodedBody } from './body.ts';
import { CallError } from './call-error.ts';
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
  for (const parameter of given(operation, args, 'header')) {
    headers.set(parameter.name, headerValue(parameter, argumentOf(args, parameter.arg)));
  }
  if (body) headers.set('content-type', body.mediaType);
  return {
    url: urlOf(api, operation, args),
    init: { method: operation.method, headers, ...(body && { body: body.body }) },
  };
}

/** The address of a call. */
export function urlOf(api: Api, operation: Operation, args: Arguments): URL {
  const path = given(operation, args, 'path').reduce(
    (text, parameter) =>
      text.replaceAll(`{${parameter.name}}`, () => segment(parameter, argumentOf(args, parameter.arg))),
    operation.path,
  );
  const pairs = given(operation, args, 'query').flatMap(parameter =>
    pairsOf(parameter, argumentOf(args, parameter.arg)),
  );
  const query = pairs.map(pair => pair.join('=')).join('&');
  return new URL(`${api.bases[operation.base]}${path}${query === '' ? '' : `?${query}`}`);
}

/** What was given of the parameters of one place. A parameter is no place for null. */
function given({ parameters }: Operation, args: Arguments, place: Parameter['in']): Parameter[] {
  return parameters.filter(
    each => each.in === place && isGiven(args, each.arg) && argumentOf(args, each.arg) !== null,
  );
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
