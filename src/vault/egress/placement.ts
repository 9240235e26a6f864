import { toBase64, utf8 } from '../../crypto/bytes.ts';
import { GatehouseError } from '../../errors.ts';
import type { Connection, Placement } from '../connection.ts';
import type { Credential } from '../credential.ts';
import { MIN_SECRET_BYTES } from '../redaction/secret-forms.ts';

/** A request's parts that a credential can be in. */
export interface Placed {
  readonly url: URL;
  readonly headers: Headers;
}

/**
 * Puts a credential where its connection says, over whatever tool code put there.
 * @returns copies that hold it.
 * @throws GatehouseError `credential_unavailable` where it does not fit, which says nothing of it.
 */
export function placeCredential(
  { url, headers }: Placed,
  connection: Connection,
  credential: Credential,
): Placed {
  const placed = { url: new URL(url), headers: new Headers(headers) };
  try {
    PLACE[connection.placement.in](placed, connection.placement as never, credential);
  } catch {
    throw unfit(connection, 'cannot be put where the connection says');
  }
  return placed;
}

type In<Kind extends Placement['in']> = Extract<Placement, { in: Kind }>;

const PLACE: {
  readonly [Kind in Placement['in']]: (to: Placed, place: In<Kind>, credential: Credential) => void;
} = {
  bearer: ({ headers }, _, credential) => headers.set('authorization', `Bearer ${tokenOf(credential)}`),
  basic: ({ headers }, _, credential) =>
    headers.set('authorization', `Basic ${toBase64(utf8(userAndPassword(credential)))}`),
  header: ({ headers }, { name, prefix }, credential) => headers.set(name, `${prefix}${tokenOf(credential)}`),
  query: ({ url }, { name }, credential) => url.searchParams.set(name, tokenOf(credential)),
};

function tokenOf(credential: Credential): string {
  if (credential.kind === 'oauth2') return credential.accessToken;
  if (credential.kind === 'secret') return credential.value;
  throw new TypeError('A user name and password are no token.');
}

/** RFC 7617 section 2. A token alone is the user name, as third parties have it that take tokens this way. */
function userAndPassword(credential: Credential): string {
  return credential.kind === 'basic'
    ? `${credential.username}:${credential.password}`
    : `${tokenOf(credential)}:`;
}

/**
 * All texts of a credential that tool code must not see.
 * @throws GatehouseError `credential_unavailable` where they are too short to be told from ordinary text.
 */
export function secretsOf(connection: Connection, credential: Credential): readonly string[] {
  const secrets = textsOf(credential).filter(text => utf8(text).length >= MIN_SECRET_BYTES);
  if (secrets.length > 0) return secrets;
  throw unfit(connection, `is shorter than ${MIN_SECRET_BYTES} bytes, too short to be found in answers`);
}

function textsOf(credential: Credential): readonly string[] {
  if (credential.kind === 'secret') return [credential.value];
  if (credential.kind === 'oauth2') return [credential.accessToken, credential.refreshToken ?? ''];
  const { username, password } = credential;
  // Without a password worth the name, as with keys that are sent as user names, the user name is the secret.
  return utf8(password).length >= MIN_SECRET_BYTES ? [password, `${username}:${password}`] : [username];
}

function unfit({ id }: Connection, words: string): GatehouseError {
  return new GatehouseError('credential_unavailable', `The credential of the connection "${id}" ${words}.`);
}
