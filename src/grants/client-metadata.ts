import { redirectUriProblem } from './redirect-uri.ts';

const MAX_REDIRECT_URIS = 10;
const MAX_NAME_LENGTH = 200;

/** Why a client cannot be registered (RFC 7591 section 3.2.2). */
export interface MetadataProblem {
  readonly code: 'invalid_redirect_uri' | 'invalid_client_metadata';
  readonly description: string;
}

/** Client metadata as it came (RFC 7591 section 2). The types of its members are those that the standard gives them. */
export type ClientMetadata = Readonly<Record<string, unknown>>;

/**
 * What is wrong with metadata that the OAuth library finds in order; null where nothing is. The library checks types, URIs
 * of pages, authentication methods, and of redirect URIs what {@link redirectUriProblem} says.
 */
export function metadataProblem(metadata: ClientMetadata): MetadataProblem | null {
  return redirectProblem(metadata.redirect_uris as readonly string[]) ?? nameProblem(metadata);
}

function redirectProblem(uris: readonly string[]): MetadataProblem | null {
  const code = 'invalid_redirect_uri';
  if (uris.length > MAX_REDIRECT_URIS) {
    const description = `redirect_uris lists ${uris.length} URIs; at most ${MAX_REDIRECT_URIS} can be registered.`;
    return { code, description };
  }
  const problems = uris.map(redirectUriProblem);
  const index = problems.findIndex(problem => problem !== null);
  return index < 0 ? null : { code, description: `redirect_uris[${index}] ${problems[index]}.` };
}

/** A name may come once for each language, as `client_name#de` (RFC 7591 section 2.2). */
function nameProblem(metadata: ClientMetadata): MetadataProblem | null {
  const tooLong = Object.entries(metadata).find(
    ([member, value]) => /^client_name(?:#|$)/.test(member) && String(value).length > MAX_NAME_LENGTH,
  );
  if (!tooLong) return null;
  const description = `client_name is longer than ${MAX_NAME_LENGTH} characters.`;
  return { code: 'invalid_client_metadata', description };
}
