import { argumentOf, isGiven } from './arguments.ts';
import { fromBase64 } from './base64.ts';
import { CallError } from './call-error.ts';
import { requireOwnNames } from './exploded.ts';
import { type Encoded, type Filled, multipartBody } from './multipart.ts';
import type { Arguments, Body, Member } from './operation.ts';
import { plain, queryPairs } from './styles.ts';

/** Makes a body of its members, or of a value that is all of it, in each form. */
const FORMS: Readonly<
  Record<Body['form'], (body: Body, value: unknown, filled: readonly Filled[]) => Encoded>
> = {
  json: ({ mediaType, arg }, value, filled) => ({
    body: JSON.stringify(arg === undefined ? objectOf(filled) : value),
    mediaType,
  }),
  urlencoded: ({ mediaType, arg, members = [] }, value, filled) => ({
    body: (arg === undefined ? owned(filled, members) : fieldsOf(value))
      .flatMap(({ member, value: each }) => queryPairs(member, each))
      .map(pair => pair.join('='))
      .join('&'),
    mediaType,
  }),
  multipart: ({ arg }, value, filled) => multipartBody(arg === undefined ? filled : fieldsOf(value)),
  text: ({ mediaType }, value) => ({ body: plain(value), mediaType }),
  bytes: ({ mediaType, arg }, value) => {
    const bytes = typeof value === 'string' ? fromBase64(value) : null;
    if (bytes === null) throw new CallError(`Not sent: "${arg}" must be bytes in Base64.`);
    return { body: bytes, mediaType };
  },
};

/**
 * The body of a request; null where there is none to send.
 * @throws CallError where an argument cannot be written as the API wants it.
 */
export function encodedBody(body: Body | undefined, args: Arguments): Encoded | null {
  if (!body) return null;
  const { arg, members = [], form, required } = body;
  const filled = members
    .filter(member => isGiven(args, member.arg))
    .map(member => ({ member, value: argumentOf(args, member.arg) }));
  const value = arg === undefined ? undefined : argumentOf(args, arg);
  const isEmpty = arg === undefined ? filled.length === 0 : value === undefined;
  return isEmpty && !required ? null : FORMS[form](body, value, filled);
}

/** @throws CallError where a member of one would be sent as another. */
function owned(filled: readonly Filled[], members: readonly Member[]): readonly Filled[] {
  requireOwnNames(
    filled.map(({ member, value }) => ({ to: member, value })),
    members,
  );
  return filled;
}

function objectOf(filled: readonly Filled[]): object {
  return Object.fromEntries(filled.map(({ member, value }) => [member.name, value]));
}

/** The members of a value whose description does not name them. */
function fieldsOf(value: unknown): Filled[] {
  const fields = typeof value === 'object' && value !== null ? Object.entries(value) : [];
  return fields.map(([name, each]) => ({ member: { arg: name, name }, value: each }));
}
