import { type OAuthResourceContext, OAuthResourceServer } from '@cloudflare/workers-oauth-provider';
import type { Deployment } from '../../deployment.ts';
import type { Env } from '../../env.ts';
import type { GrantProps } from '../../grants/installation.ts';
import { initialScopes } from '../../grants/resources.ts';
import type { Principal } from '../../principal.ts';
import { validateToken } from './token-validators.ts';

/** What is behind a protected resource: called only with a token that is valid for it. */
export type ProtectedHandler = (
  request: Request,
  principal: Principal,
  /** When streams have to end that are opened with this token, see `GrantProps`. */
  endsAtMs?: number,
) => Promise<Response>;

/**
 * Guards one MCP endpoint (RFC 9728, RFC 6750): publishes its metadata, challenges requests without a token,
 * and turns a valid token into a principal. A token for another endpoint is as good as none.
 */
export function guard(
  deployment: Deployment,
  resource: string,
  handler: ProtectedHandler,
): (request: Request, env: Env, ctx: ExecutionContext) => Promise<Response> {
  const { origin, site } = deployment;
  const server = new OAuthResourceServer<Env, GrantProps>({
    resourceMetadata: {
      resource,
      authorization_servers: [origin],
      resource_name: `Gatehouse (${new URL(resource).pathname})`,
    },
    requiredScopes: initialScopes(site, resource),
    validateToken: env => (audience, token) => validateToken({ env, deployment, resource: audience, token }),
    handler: {
      fetch: (request, _env, ctx) => handler(request, principalOf(ctx, resource), ctx.props.endsAtMs),
    },
  });
  return (request, env, ctx) => server.fetch(request, env, ctx);
}

function principalOf({ props, auth }: OAuthResourceContext<GrantProps>, resource: string): Principal {
  const { endsAtMs: _, ...who } = props;
  return { ...who, resource, client: auth.clientId ?? '', scopes: auth.scope };
}
