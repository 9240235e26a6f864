import { applyD1Migrations } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { beforeEach } from 'vitest';

/** Each test finds the database as a deployment has it; `reset()` takes its tables away. */
beforeEach(async () => {
  const { DB, MIGRATIONS } = env as unknown as {
    DB: D1Database;
    MIGRATIONS: Parameters<typeof applyD1Migrations>[1];
  };
  await applyD1Migrations(DB, MIGRATIONS);
});
