import { randomBytes } from 'node:crypto';
import { cloudflareTest, readD1Migrations } from '@cloudflare/vitest-plugin';
import { defineConfig } from 'vitest/config';

const MIGRATIONS = await readD1Migrations('./migrations');
/** A client that acts for itself, for tests of Durable Objects. */
const OAUTH_CLIENTS = JSON.stringify([
  {
    id: 'pipeline',
    name: 'Pipeline',
    auth: { jwksUri: 'https://pipeline.example/keys' },
    grants: ['client_credentials'],
    tenant: 'acme',
    roles: ['member'],
    scopes: ['mcp'],
  },
]);
const KEY_RING = JSON.stringify({ current: 'k1', keys: { k1: randomBytes(32).toString('base64url') } });

/** Three kinds of tests: units in Node, Durable Objects in workerd, and the whole gateway as a client meets it. */
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'node',
          // Random tests make a thousand rounds, and a busy machine may take its time for them.
          testTimeout: 30_000,
          include: ['src/**/*.test.ts', 'durable-objects/**/*.test.ts', 'test/import-graph.test.ts'],
          exclude: ['**/*.worker.test.ts'],
        },
      },
      {
        plugins: [
          cloudflareTest({
            wrangler: { configPath: './wrangler.toml' },
            miniflare: {
              bindings: {
                GATEHOUSE_ENV: 'development',
                KEY_RING,
                MIGRATIONS,
                OAUTH_CLIENTS,
                AUDIT_RETENTION_DAYS: '30',
              },
              r2Buckets: ['AUDIT_ARCHIVE'],
            },
          }),
        ],
        test: {
          name: 'worker',
          include: ['{src,durable-objects}/**/*.worker.test.ts'],
          globalSetup: ['test/support/worker-sites.ts'],
          setupFiles: ['test/support/worker-database.ts'],
          // A busy machine may take its time to start an isolate.
          testTimeout: 30_000,
        },
      },
      {
        test: {
          name: 'system',
          include: ['test/**/*.test.ts'],
          exclude: ['test/import-graph.test.ts'],
          globalSetup: ['test/support/shared-gateway.ts'],
          testTimeout: 60_000,
          hookTimeout: 120_000,
          // They wait more than they work: for gateways, third parties and times that pass.
          maxWorkers: 3,
        },
      },
    ],
  },
});
