import { utf8 } from '../../crypto/bytes.ts';
import { constantTimeEqual, sha256 } from '../../crypto/digest.ts';
import type { Deployment } from '../../deployment.ts';
import type { Env } from '../../env.ts';
import { PATHS } from '../../grants/authorization-server.ts';
import { CLIENT_ASSERTION_TYPE, clientAssertionFault } from '../../grants/clients/client-assertion.ts';
import type { Credentials } from '../../grants/clients/credentials.ts';
import { clientOwner, type KnownClient } from '../../grants/clients/known-clients.ts';
import { singleUseAt, singleUseOf } from '../../grants/single-use.ts';
import { ALGORITHMS } from '../../identity/key-source.ts';
import { readSignedToken, signatureFault } from '../../identity/signed-token.ts';
import type { TokenFault } from '../../identity/token-fault.ts';
import { faultyToken, tokenError } from './token-error.ts';

type Auth = KnownClient['auth'];

/**
 * Checks that who asks is the known client that they say they are, by the one way that was set up for it (RFC 6749
 * section 2.3; RFC 7523 section 2.2).
 * @returns null when it is, else the answer that says why not.
 */
export async function clientRefusal(
  env: Env,
  deployment: Deployment,
  client: KnownClient,
  credentials: Credentials,
): Promise<Response | null> {
  const { auth } = client;
  if (auth === 'none') return credentials.method === 'none' ? null : wrongMethod(auth);
  if ('secret' in auth) {
    if (credentials.method !== 'secret') return wrongMethod(auth);
    const isRight = credentials.secrets.some(secret => isSame(secret, auth.secret));
    return isRight ? null : tokenError('invalid_client', 'The client secret is wrong.');
  }
  if (credentials.method !== 'assertion') return wrongMethod(auth);
  if (credentials.type !== CLIENT_ASSERTION_TYPE) {
    return tokenError('invalid_client', `The client_assertion_type must be ${CLIENT_ASSERTION_TYPE}.`);
  }
  const fault = await assertionFault(env, deployment, client, auth, credentials.assertion);
  return fault && faultyToken('The client assertion', fault, 'invalid_client');
}

/** An assertion is used up once everything else about it was found right, so that nobody else can use it up. */
async function assertionFault(
  env: Env,
  { origin }: Deployment,
  client: KnownClient,
  keys: Extract<Auth, { jwks: unknown } | { jwksUri: unknown }>,
  assertion: string,
): Promise<TokenFault | null> {
  const token = readSignedToken(assertion);
  if (!token) return { kind: 'malformed' };
  const audiences = [origin, `${origin}${PATHS.token}`];
  const now = Math.floor(Date.now() / 1000);
  const fault =
    clientAssertionFault(token, { clientId: client.id, audiences, now }) ??
    (await signatureFault(token, keys, ALGORITHMS));
  if (fault) return fault;
  const ledger = singleUseAt(env, clientOwner(client));
  return (await ledger.useOnce(singleUseOf('client-assertion', token))) ? null : { kind: 'used' };
}

function wrongMethod(auth: Auth): Response {
  const way =
    auth === 'none'
      ? 'without credentials, as a public client'
      : 'secret' in auth
        ? 'by its secret (client_secret_basic or client_secret_post)'
        : 'by a signed assertion (private_key_jwt)';
  return tokenError('invalid_client', `This client must ask ${way}.`);
}

/** Digests are of one length, so not even that of the secret shows. */
function isSame(given: string, expected: string): boolean {
  return constantTimeEqual(sha256(utf8(given)), sha256(utf8(expected)));
}
