import type { ClientRegistrationCallbackResult } from '@cloudflare/workers-oauth-provider';
import { type Deployment, deploymentOf } from '../deployment.ts';
import type { Env } from '../env.ts';
import { reportFault } from '../errors.ts';
import { type RegistrationHooks, registrationServer } from '../grants/authorization-server.ts';
import { metadataProblem } from '../grants/client-metadata.ts';
import { addressTag, type QuotaAnswer, registrationQuotas } from '../grants/registration-quota.ts';
import { clientAddress } from '../network/client-address.ts';

/** Whom a limit counts, at the beginning of a sentence. */
const COUNTED = {
  REGISTRATIONS_PER_ADDRESS_PER_HOUR: 'Your address has',
  REGISTRATIONS_PER_HOUR: 'All clients together have',
} as const;

/** What the library does not say of a redirect URI that it refuses. */
const REDIRECT_RULES =
  'A redirect URI must parse, and has no fragment, user name or script scheme; at least one uses https, or http on a loopback host.';

type Refusal = ClientRegistrationCallbackResult & { readonly retryAfterSeconds?: number };

/**
 * `POST /oauth/register` (RFC 7591). The library validates first, then we do, and only what would now be
 * registered takes from the quota. A quota that cannot be asked refuses.
 */
export async function registrationEndpoint(
  env: Env,
  request: Request,
  ctx: ExecutionContext,
): Promise<Response> {
  const deployment = await deploymentOf(env, request);
  const { site, settings } = deployment;
  let refusal: Refusal | undefined;
  const hooks: RegistrationHooks = {
    async clientRegistrationCallback({ clientMetadata }) {
      refusal = metadataProblem(clientMetadata) ?? (await quotaRefusal(env, deployment));
      return refusal;
    },
    onError: refusedByLibrary,
  };
  const server = registrationServer(site, settings, hooks);
  const response = await server.fetch(deployment.request, env, ctx);
  if (refusal?.retryAfterSeconds) response.headers.set('retry-after', String(refusal.retryAfterSeconds));
  return response;
}

async function quotaRefusal(env: Env, { request, settings }: Deployment): Promise<Refusal | undefined> {
  const answer = await askQuota(env, addressTag(settings.keyRing, clientAddress(request)));
  if (answer === null) {
    const description = 'Registrations cannot be counted right now. Try again in a while.';
    return { code: 'temporarily_unavailable', status: 503, description };
  }
  if (answer.isTaken) return undefined;
  const { setting, retryAfterSeconds } = answer;
  const most = `${COUNTED[setting]} registered ${settings[setting]} clients within an hour, the most there may be`;
  const description = `${most} (setting ${setting}). Try again in ${retryAfterSeconds} seconds.`;
  return { code: 'temporarily_unavailable', status: 429, description, retryAfterSeconds };
}

/** @returns null when there is no answer. */
async function askQuota(env: Env, tag: string): Promise<QuotaAnswer | null> {
  try {
    return await registrationQuotas(env).take(tag);
  } catch (error) {
    reportFault('registration_not_counted', error);
    return null;
  }
}

/** The library has one code for all metadata; redirect URIs have their own (RFC 7591 section 3.2.2). */
const refusedByLibrary: RegistrationHooks['onError'] = ({ code, description, status, headers }) => {
  if (code !== 'invalid_client_metadata' || !/redirect[ _]uri/i.test(description)) return;
  const error_description = `${description}. ${REDIRECT_RULES}`;
  return Response.json({ error: 'invalid_redirect_uri', error_description }, { status, headers });
};
