import { AuthorizationError, type OAuthHelpers } from '@cloudflare/workers-oauth-provider';
import { type Env, settingsOf } from '../../env.ts';
import { connectionsOf } from '../../grants/connections.ts';
import { tenantOf } from '../../grants/tenant.ts';
import { type UserName, userOf } from '../../grants/user-id.ts';

/** Said to a person whose app their organisation has blocked. */
export const BLOCKED_CLIENT =
  'Your organisation has blocked this app here. Ask whoever runs this gateway if you need it.';

const GONE = 'This app is no longer registered here. Start again from your app.';

/** Whether the tenant of a person has blocked a client. */
export function isClientBlocked(env: Env, { tenant }: UserName, client: string): Promise<boolean> {
  return tenantOf(env, tenant).isClientBlocked(client);
}

/**
 * Lets no grant be made, whichever way it came to it, without the tenant of its user knowing of it and allowing the
 * client. The tenant is asked before the grant is made and again after: a block in between finds it, or is seen here.
 */
export function withClientGate(oauth: OAuthHelpers, env: Env): OAuthHelpers {
  const complete = oauth.completeAuthorization.bind(oauth);
  return Object.assign(oauth, {
    async completeAuthorization(options: Parameters<typeof complete>[0]) {
      const user = userOf(settingsOf(env).keyRing, options.userId);
      if (!user) throw new TypeError('The user id of a grant must be one that the gateway made.');
      const { clientId } = options.request;
      const tenant = tenantOf(env, user.tenant);
      if (!(await tenant.clientConnected(user, clientId))) throw blocked();
      const completed = await ifStillKnown(oauth, clientId, () => complete(options));
      if (await tenant.clientConnected(user, clientId)) return completed;
      await connectionsOf(env, user).endClient(user, clientId);
      throw blocked();
    },
  });
}

/** A client may be deleted while its consent page is open. */
async function ifStillKnown<Result>(
  oauth: OAuthHelpers,
  clientId: string,
  complete: () => Promise<Result>,
): Promise<Result> {
  try {
    return await complete();
  } catch (error) {
    if (await oauth.lookupClient(clientId)) throw error;
    throw new AuthorizationError('unauthorized_client', { description: GONE });
  }
}

/** Without a redirect: the person is told here, and the client hears nothing. */
function blocked(): AuthorizationError {
  return new AuthorizationError('access_denied', { description: BLOCKED_CLIENT });
}
