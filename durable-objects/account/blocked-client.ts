import type { Env } from '../../src/env.ts';
import { tenantOf } from '../../src/grants/tenant.ts';
import { secretOf } from '../../src/grants/token-request.ts';
import type { UserName } from '../../src/grants/user-id.ts';
import type { GrantRecords } from './grant-records.ts';

const DESCRIPTION = 'An administrator has blocked this client here. Ask whoever runs this gateway.';

/**
 * The answer to a token request of a client that its tenant has blocked; null where it may go on. The client is the
 * one that the grant was made for, whatever the request says. To revoke is always allowed.
 */
export async function refuseBlockedClient(
  env: Env,
  grants: GrantRecords,
  { tenant }: UserName,
  request: Request,
): Promise<Response | null> {
  const form = new URLSearchParams(await request.text());
  if (!form.has('grant_type')) return null;
  const [userId, grantId] = (secretOf(form) ?? '').split(':');
  const client = grants.clientOf(`grant:${userId}:${grantId}`);
  if (client === null || !(await tenantOf(env, tenant).isClientBlocked(client))) return null;
  return Response.json(
    { error: 'invalid_grant', error_description: DESCRIPTION },
    { status: 400, headers: { 'cache-control': 'no-store' } },
  );
}
