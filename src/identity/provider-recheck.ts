import { type Configuration, customFetch, ResponseBodyError, refreshTokenGrant } from 'openid-client';
import * as z from 'zod';
import { GatehouseError, reportFault } from '../errors.ts';
import { type Rights, rightsOf } from '../principal.ts';
import { personOf } from './claims.ts';
import { codeOf } from './oauth-fault.ts';
import type { Person } from './person.ts';
import { clientOf, fetchAtProvider, rememberKeys } from './provider-client.ts';
import type { IdentityProvider } from './settings.ts';

/** What a provider says of a person when it is asked again. */
export type Recheck =
  /** They may still come in. Without an ID token in the answer, nothing is said about rights. */
  | { readonly kind: 'confirmed'; readonly rights: Rights | null }
  /** They may not come in any more: removed, disabled, without a role, or of another tenant. */
  | { readonly kind: 'refused' }
  /** It gave no proper answer, so nothing is known. */
  | { readonly kind: 'unanswered' };

/** Whom the provider is asked about. */
export type Known = Pick<Person, 'tenant' | 'subject'>;

/**
 * Error codes that speak of the person (RFC 6749 section 5.2, OpenID Connect Core 1.0 section 3.1.2.6; some providers use
 * those of the authorization endpoint here). All others speak of us or of the provider, and end nobody's access.
 */
const REFUSALS = new Set([
  'invalid_grant',
  'access_denied',
  'consent_required',
  'interaction_required',
  'login_required',
]);

const rotationSchema = z.object({ refresh_token: z.string().min(1) });

/**
 * Asks a provider about a person again, by their refresh token (OpenID Connect Core 1.0 section 12).
 * @param keep is given a rotated refresh token before anything else in the answer is looked at: the old one is used up,
 * whatever is wrong with the rest.
 */
export async function recheck(
  provider: IdentityProvider,
  known: Known,
  refreshToken: string,
  keep: (refreshToken: string) => void,
): Promise<Recheck> {
  try {
    const client = await clientOf(provider);
    keepRotations(client, keep);
    const tokens = await refreshTokenGrant(client, refreshToken);
    rememberKeys(provider, client);
    const claims = tokens.claims();
    if (!claims) return { kind: 'confirmed', rights: null };
    const person = personOf(provider, claims);
    const isSame = person.tenant === known.tenant && person.subject === known.subject;
    return isSame ? { kind: 'confirmed', rights: rightsOf(person) } : { kind: 'refused' };
  } catch (error) {
    if (isRefusal(error)) return { kind: 'refused' };
    reportFault('recheck_failed', error, { provider: provider.id, code: codeOf(error) });
    return { kind: 'unanswered' };
  }
}

/** Of what a client fetches, only the token endpoint is posted to. */
function keepRotations(client: Configuration, keep: (refreshToken: string) => void): void {
  client[customFetch] = async (url, options) => {
    const response = await fetchAtProvider(url, options);
    const rotated = options.method === 'POST' && response.ok ? await rotatedIn(response.clone()) : undefined;
    if (rotated !== undefined) keep(rotated);
    return response;
  };
}

async function rotatedIn(response: Response): Promise<string | undefined> {
  try {
    return rotationSchema.parse(await response.json()).refresh_token;
  } catch {
    // Without one, or no JSON at all; the library says what is wrong with it.
    return undefined;
  }
}

function isRefusal(error: unknown): boolean {
  if (error instanceof ResponseBodyError) return REFUSALS.has(error.error);
  return error instanceof GatehouseError && error.code === 'sign_in_refused';
}
