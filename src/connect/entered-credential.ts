import { GatehouseError } from '../errors.ts';
import type { Connection } from '../vault/connection.ts';
import type { Credential } from '../vault/credential.ts';
import { secretsOf } from '../vault/egress/secrets-of.ts';
import { MIN_SECRET_BYTES } from '../vault/redaction/secret-forms.ts';

/** One field of the form in which a credential is entered. */
export interface CredentialField {
  readonly name: 'username' | 'password' | 'secret';
  readonly label: string;
}

/** The longest part of a credential: more than any key, and less than servers take in a header. */
export const MAX_ENTERED_LENGTH = 4096;

const BASIC_FIELDS: readonly CredentialField[] = [
  { name: 'username', label: 'User name' },
  { name: 'password', label: 'Password' },
];
const SECRET_FIELDS: readonly CredentialField[] = [{ name: 'secret', label: 'Key or token' }];

/** What is asked for where a credential is entered: RFC 7617 wants two parts, all else is one secret. */
export function fieldsOf({ placement }: Connection): readonly CredentialField[] {
  return placement.in === 'basic' ? BASIC_FIELDS : SECRET_FIELDS;
}

/**
 * The credential that was entered in a form.
 * @throws GatehouseError `connect_refused`, naming the field that is wrong and never what it held.
 */
export function enteredCredential(connection: Connection, form: FormData): Credential {
  const [first = '', second = ''] = fieldsOf(connection).map(field => entered(field, form));
  if (connection.placement.in === 'basic') return login(connection, first, second);
  // RFC 9110 section 5.5: what else a header could hold, third parties read in different ways.
  if (isInHeader(connection) && !/^[\x20-\x7e]+$/.test(first))
    throw refused('"Key or token" is sent in a header, so it must be letters, digits and signs of ASCII');
  return usable(connection, { kind: 'secret', value: first }, '"Key or token"');
}

function login(connection: Connection, username: string, password: string): Credential {
  // RFC 7617 section 2: the first colon ends the user name.
  if (username.includes(':')) throw refused('"User name" must not have a colon');
  return usable(connection, { kind: 'basic', username, password }, '"Password"');
}

function isInHeader({ placement }: Connection): boolean {
  return placement.in === 'bearer' || placement.in === 'header';
}

/** What the egress would not use for being too short is of no use here either: better said now than at the first call. */
function usable(connection: Connection, credential: Credential, label: string): Credential {
  try {
    secretsOf(connection, credential);
    return credential;
  } catch {
    throw refused(
      `${label} is shorter than ${MIN_SECRET_BYTES} bytes. It could not be told from ordinary text, and so not be kept out of answers. Ask there for a longer one`,
    );
  }
}

/** Credentials are copied from elsewhere, often with the space around them. */
function entered({ name, label }: CredentialField, form: FormData): string {
  const value = String(form.get(name) ?? '').trim();
  if (value === '') throw refused(`"${label}" is empty`);
  if (value.length > MAX_ENTERED_LENGTH)
    throw refused(`"${label}" is longer than ${MAX_ENTERED_LENGTH} characters`);
  if (/\p{Cc}/u.test(value)) throw refused(`"${label}" must be one line of text`);
  return value;
}

function refused(reason: string): GatehouseError {
  return new GatehouseError('connect_refused', `${reason}. Nothing was stored.`);
}
