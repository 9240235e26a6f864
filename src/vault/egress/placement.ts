import { toBase64, utf8 } from '../../crypto/bytes.ts';
import { GatehouseError } from '../../errors.ts';
import type { Connection, Placement } from '../connection.ts';
import type { Credential } from '../credential.ts';

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
    throw new GatehouseError(
      'credential_unavailable',
      `The credential of the connection "${connection.id}" cannot be put where the connection says.`,
      { connection: connection.id },
    );
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
  none: () => {},
  query: ({ url }, { name }, credential) => {
    for (const said of [...url.searchParams.keys()]) if (isSame(said, name)) url.searchParams.delete(said);
    url.searchParams.append(name, tokenOf(credential));
  },
};

/** Whether some third party would take one parameter for the other: in another case, or as one of a list (`key[]`). */
function isSame(said: string, name: string): boolean {
  const plain = (text: string) => text.split('[')[0]?.trim().toLowerCase();
  return plain(said) === plain(name);
}

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
