import { Hono } from 'hono';
import { deploymentOf } from './auth/deployment.ts';
import { authRoutes } from './auth/routes.tsx';
import { type Env, settingsOf } from './env.ts';
import { GatehouseError, toHttpStatus, toRpcError } from './errors.ts';
import { mcpRoutes } from './mcp/routes.ts';

export { Account } from '../durable-objects/account.ts';
export { McpSession } from '../durable-objects/mcp-session.ts';
export { ServerState } from './runtime/server-state.ts';

const app = new Hono<{ Bindings: Env }>()
  .get('/healthz', async c => {
    settingsOf(c.env);
    const { catalog } = deploymentOf(c.env, c.req.raw);
    await c.env.DB.prepare('SELECT COUNT(*) FROM server_definitions').first();
    return c.json({ status: 'ok', servers: catalog.map(({ name }) => name) });
  })
  .route('/', mcpRoutes)
  .route('/', authRoutes)
  .onError((error, c) => {
    if (!(error instanceof GatehouseError)) reportFault(error);
    const { message } = toRpcError(error);
    const code = error instanceof GatehouseError ? error.code : 'internal_error';
    return c.json({ error: code, message }, toHttpStatus(error) as 500);
  });

/** One JSON line. Only the frames: a message that we did not write may hold anything. */
function reportFault(error: Error): void {
  const frames = (error.stack ?? '').split('\n').filter(line => line.startsWith('    at '));
  // biome-ignore lint/suspicious/noConsole: the platform's log is where faults belong
  console.error(JSON.stringify({ level: 'error', event: 'fault', name: error.name, frames }));
}

export default app satisfies ExportedHandler<Env>;
