import { AuthorizationError, type AuthRequest, type OAuthHelpers } from '@cloudflare/workers-oauth-provider';
import { privateHostMessage, privateHostOf } from '../../network/public-host.ts';

/** A SHA-256 digest in base64url (RFC 7636 section 4.2). */
const S256_CHALLENGE = /^[A-Za-z0-9_-]{43}$/;

/**
 * Reads an authorization request. Beyond what the library checks, every client, confidential ones too, must send
 * a code challenge by S256 (OAuth 2.1 section 7.5.1) and no parameter twice (RFC 6749 section 3.1), and a client id
 * that is the URL of a metadata document must be on the public internet. These are refused on a page of ours: whoever
 * sends them is no client that a person should be sent back to.
 * @throws AuthorizationError, which carries a redirect only where one is safe.
 */
export async function readAuthorizationRequest(oauth: OAuthHelpers, request: Request): Promise<AuthRequest> {
  const { searchParams } = new URL(request.url);
  refuseRepeated(searchParams);
  requireChallenge(searchParams);
  requirePublicClientId(searchParams.get('client_id') ?? '');
  return oauth.parseAuthRequest(request);
}

function refuseRepeated(parameters: URLSearchParams): void {
  // The library looks after `resource`, which RFC 8707 allows more than once.
  const names = [...parameters.keys()].filter(name => name !== 'resource');
  if (new Set(names).size !== names.length) throw invalid('A parameter was sent more than once.');
}

function requireChallenge(parameters: URLSearchParams): void {
  const isS256 = parameters.get('code_challenge_method') === 'S256';
  if (isS256 && S256_CHALLENGE.test(parameters.get('code_challenge') ?? '')) return;
  throw invalid(
    'PKCE is required: send code_challenge, the base64url SHA-256 of your verifier, with code_challenge_method=S256.',
  );
}

/** Says what is wrong. That nothing is sent to such a host is `publicFetch`'s doing, here and at every other endpoint. */
function requirePublicClientId(clientId: string): void {
  if (!URL.canParse(clientId) || new URL(clientId).protocol !== 'https:') return;
  const found = privateHostOf(new URL(clientId));
  if (found) throw invalid(`The app cannot be verified by its client_id. ${privateHostMessage(found)}`);
}

function invalid(description: string): AuthorizationError {
  return new AuthorizationError('invalid_request', { description });
}
