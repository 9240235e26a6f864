import { Hono } from 'hono';
import { authRoutes } from './auth/routes.tsx';
import { deploymentOf } from './deployment.ts';
import { type Env, settingsOf } from './env.ts';
import { GatehouseError, toHttpStatus, toRpcError } from './errors.ts';
import { knownClients } from './grants/clients/known-clients.ts';
import { enterpriseIssuers } from './grants/enterprise/issuers.ts';
import { externalIssuers } from './grants/external/issuers.ts';
import { identityProviders } from './identity/settings.ts';
import { mcpRoutes } from './mcp/routes.ts';

export { Account } from '../durable-objects/account.ts';
export { McpSession } from '../durable-objects/mcp-session.ts';
export { ServerState } from './runtime/server-state.ts';

/** Reads every list among the settings. @throws GatehouseError `setting_invalid`. */
function checkIssuersAndClients(env: Env): void {
  for (const read of [identityProviders, knownClients, enterpriseIssuers, externalIssuers]) read(env);
}

const app = new Hono<{ Bindings: Env }>()
  .get('/healthz', async c => {
    settingsOf(c.env);
    checkIssuersAndClients(c.env);
    const { catalog } = deploymentOf(c.env, c.req.raw);
    await c.env.DB.prepare('SELECT COUNT(*) FROM server_definitions').first();
    return c.json({ status: 'ok', servers: catalog.map(({ name }) => name) });
  })
  .route('/', mcpRoutes)
  .route('/', authRoutes)
  .onError((error, c) => {
    const { message } = toRpcError(error);
    const code = error instanceof GatehouseError ? error.code : 'internal_error';
    return c.json({ error: code, message }, toHttpStatus(error) as 500);
  });

export default app satisfies ExportedHandler<Env>;
