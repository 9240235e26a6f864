import { Hono } from 'hono';
import { accountRoutes } from './account/routes.tsx';
import { auditKeyRoutes } from './api/audit-keys.ts';
import { problem } from './api/problem.ts';
import { apiRoutes } from './api/routes.tsx';
import { approvalRoutes } from './approvals/routes.tsx';
import { keepAudits, requireArchive } from './audit/audit-keeper.ts';
import { authRoutes } from './auth/routes.tsx';
import { connectRoutes } from './connect/routes.tsx';
import { deploymentOf } from './deployment.ts';
import { addressLimited } from './edge/address-limit.ts';
import { type Observed, observed } from './edge/observed.ts';
import { type Env, settingsOf } from './env.ts';
import { knownClients } from './grants/clients/known-clients.ts';
import { enterpriseIssuers } from './grants/enterprise/issuers.ts';
import { externalIssuers } from './grants/external/issuers.ts';
import { identityProviders } from './identity/settings.ts';
import { captureWarnings } from './log.ts';
import { mcpRoutes } from './mcp/routes.ts';
import { guardGlobalFetch } from './network/outbound-fetch.ts';
import { serverSettings } from './runtime/server-settings.ts';
import { tenantSettings } from './session-key/jurisdiction.ts';
import { connectionsOf } from './vault/connections-setting.ts';
import { remoteClientSecrets } from './vault/remote-client-secrets.ts';

export { Account } from '../durable-objects/account.ts';
export { McpSession } from '../durable-objects/mcp-session.ts';
export { Metrics } from '../durable-objects/metrics.ts';
export { Quota } from '../durable-objects/quota.ts';
export { RegistrationQuota } from '../durable-objects/registration-quota.ts';
export { Tenant } from '../durable-objects/tenant.ts';
export { ServerState } from './runtime/server-state.ts';
export { Egress } from './vault/egress/egress.ts';

guardGlobalFetch();
captureWarnings();

const JSON_SETTINGS = [
  identityProviders,
  knownClients,
  enterpriseIssuers,
  externalIssuers,
  connectionsOf,
  remoteClientSecrets,
  serverSettings,
  tenantSettings,
  requireArchive,
];

/** Reads every setting that is JSON. @throws GatehouseError `setting_invalid`. */
function checkJsonSettings(env: Env): void {
  for (const read of JSON_SETTINGS) read(env);
}

const app = new Hono<Observed>()
  .use(observed)
  .use(addressLimited)
  .get('/healthz', async c => {
    settingsOf(c.env);
    checkJsonSettings(c.env);
    const { hosted } = await deploymentOf(c.env, c.req.raw);
    await c.env.DB.prepare('SELECT COUNT(*) FROM server_definitions').first();
    return c.json({ status: 'ok', servers: hosted.map(({ name }) => name) });
  })
  .route('/', mcpRoutes)
  .route('/', authRoutes)
  .route('/', connectRoutes)
  .route('/', apiRoutes)
  .route('/', auditKeyRoutes)
  .route('/', accountRoutes)
  .route('/', approvalRoutes)
  .onError(error => problem(error));

export default {
  fetch: app.fetch,
  /** Each hour, by the cron trigger of wrangler.toml. */
  scheduled: (_controller, env) => keepAudits(env),
} satisfies ExportedHandler<Env>;
