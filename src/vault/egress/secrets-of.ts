import { utf8 } from '../../crypto/bytes.ts';
import { GatehouseError } from '../../errors.ts';
import type { Connection } from '../connection.ts';
import type { Credential } from '../credential.ts';
import { MIN_SECRET_BYTES } from '../redaction/secret-forms.ts';

/** Passwords up to this length are no secrets: APIs want some letter beside a key that is the user name. */
const MAX_FILLER_BYTES = 1;

/**
 * All texts of a credential that tool code must not see.
 * @throws GatehouseError `credential_unavailable` where one that is sent is too short to be told from ordinary text.
 */
export function secretsOf({ id }: Connection, credential: Credential): readonly string[] {
  const { sent, others } = textsOf(credential);
  if (sent.every(isFindable)) return [...sent, ...others.filter(isFindable)];
  throw new GatehouseError(
    'credential_unavailable',
    `The credential of the connection "${id}" is shorter than ${MIN_SECRET_BYTES} bytes, too short to be found in answers.`,
    { connection: id },
  );
}

function isFindable(text: string): boolean {
  return utf8(text).length >= MIN_SECRET_BYTES;
}

/** What goes to the third party, and what goes with it without being sent. */
function textsOf(credential: Credential): { sent: readonly string[]; others: readonly string[] } {
  if (credential.kind === 'secret') return { sent: [credential.value], others: [] };
  if (credential.kind === 'oauth2') {
    return { sent: [credential.accessToken], others: [credential.refreshToken ?? ''] };
  }
  const { username, password } = credential;
  const secret = utf8(password).length <= MAX_FILLER_BYTES ? username : password;
  return { sent: [secret], others: [`${username}:${password}`] };
}
