import type { TokenEndpointResponse } from 'openid-client';
import * as z from 'zod';
import { readBounded } from '../identity/bounded-body.ts';
import type { OAuthCredential } from './credential.ts';
import { expiryOf } from './expiry.ts';

/** The longest answer of a token endpoint that is read. */
const MAX_BYTES = 256 * 1024;

const BAD_REQUEST = 400;

/** A refresh token that came in an answer, whatever else was in it: the old one is used up. */
export interface KeptRotation {
  refreshToken: string | null;
}

const answerSchema = z.looseObject({
  access_token: z.unknown().optional(),
  refresh_token: z.unknown().optional(),
  id_token: z.unknown().optional(),
  error: z.unknown().optional(),
});

/**
 * A token endpoint's answer as the standard has it (RFC 6749 section 5). Errors that come with status 200, as GitHub's do,
 * become errors; an ID token is left out, since nothing here depends on who a third party says that somebody is.
 * @param rotation is given the refresh token before the rest is looked at.
 */
export async function readableAnswer(response: Response, rotation: KeptRotation): Promise<Response> {
  const bounded = await readBounded(response, MAX_BYTES);
  const text = await bounded.text();
  const { status, headers } = bounded;
  const parsed = response.ok ? answerSchema.safeParse(jsonOf(text)) : undefined;
  if (!parsed?.success) return new Response(text || null, { status, headers });
  const { id_token: _, ...answer } = parsed.data;
  if (typeof answer.refresh_token === 'string' && answer.refresh_token !== '') {
    rotation.refreshToken = answer.refresh_token;
  }
  const isError = typeof answer.error === 'string' && typeof answer.access_token !== 'string';
  return new Response(JSON.stringify(answer), { status: isError ? BAD_REQUEST : status, headers });
}

/**
 * The credential that an answer brings (RFC 6749 sections 5.1 and 6).
 * @param unsaid what holds where the answer does not say otherwise.
 */
export function credentialIn(
  { access_token, refresh_token, expires_in, scope }: TokenEndpointResponse,
  unsaid: Pick<OAuthCredential, 'refreshToken' | 'scopes'>,
): OAuthCredential {
  return {
    kind: 'oauth2',
    accessToken: access_token,
    refreshToken: refresh_token ?? unsaid.refreshToken,
    expiresAtMs: expiryOf(expires_in, Date.now()),
    scopes: scope?.split(' ').filter(Boolean) ?? unsaid.scopes,
  };
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // No JSON at all; the library says what is wrong with it.
    return undefined;
  }
}
