import { readSignedToken } from '../../identity/signed-token.ts';

/** How a client said who it is (RFC 6749 section 2.3, RFC 7521 section 4.2). Nothing of it is proved yet. */
export type Credentials =
  | { readonly method: 'none'; readonly clientId: string }
  | { readonly method: 'secret'; readonly clientId: string; readonly secrets: readonly string[] }
  | {
      readonly method: 'assertion';
      readonly clientId: string;
      readonly type: string;
      readonly assertion: string;
    }
  | { readonly method: 'several' }
  | { readonly method: 'malformed' };

/** The parameters that {@link credentialsOf} reads. */
export const CREDENTIAL_PARAMETERS = ['client_secret', 'client_assertion', 'client_assertion_type'] as const;

/** Reads a client's credentials from a request to the token or revocation endpoint. Empty parameters count as not sent. */
export function credentialsOf(authorization: string | null, form: URLSearchParams): Credentials {
  const isBasic = /^basic\b/i.test(authorization ?? '');
  const sent = (name: string) => form.get(name) || undefined;
  const [secret, assertion] = [sent('client_secret'), sent('client_assertion')];
  if ([isBasic, secret !== undefined, assertion !== undefined].filter(Boolean).length > 1) {
    return { method: 'several' };
  }
  if (isBasic) return basicCredentials(authorization ?? '', sent('client_id'));
  const clientId = sent('client_id') ?? '';
  if (secret !== undefined) return { method: 'secret', clientId, secrets: [secret] };
  if (assertion === undefined) return { method: 'none', clientId };
  // RFC 7521 section 4.2: client_id may be left out, since the assertion says it.
  const said = readSignedToken(assertion)?.claims.iss ?? '';
  const type = sent('client_assertion_type') ?? '';
  return { method: 'assertion', clientId: clientId || said, type, assertion };
}

/**
 * HTTP Basic (RFC 7617), where RFC 6749 section 2.3.1 has both parts form-encoded first. Many clients do not do that, so
 * a secret is taken as it stands too.
 */
function basicCredentials(authorization: string, alsoSent: string | undefined): Credentials {
  const encoded = /^basic[ \t]+([A-Za-z0-9+/]+=*)[ \t]*$/i.exec(authorization)?.[1];
  if (encoded === undefined) return { method: 'malformed' };
  const text = Buffer.from(encoded, 'base64').toString('utf8');
  const colon = text.indexOf(':');
  if (colon === -1) return { method: 'malformed' };
  const [clientId, raw] = [formDecoded(text.slice(0, colon)), text.slice(colon + 1)];
  if (alsoSent !== undefined && alsoSent !== clientId) return { method: 'several' };
  return { method: 'secret', clientId, secrets: [formDecoded(raw), raw] };
}

function formDecoded(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return text;
  }
}
