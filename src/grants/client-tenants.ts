/**
 * Remembers that a client is in use in a tenant. Clients that registered themselves are the deployment's, not a
 * tenant's: whoever deletes one must know whether others use it.
 */
export async function noteClientTenant(db: D1Database, client: string, tenant: string): Promise<void> {
  await db
    .prepare('INSERT OR IGNORE INTO client_tenant (client, tenant) VALUES (?, ?)')
    .bind(client, tenant)
    .run();
}

/** Whether a client is in use in one tenant and in no other. */
export async function isOnlyIn(db: D1Database, client: string, tenant: string): Promise<boolean> {
  const { results } = await db
    .prepare('SELECT tenant FROM client_tenant WHERE client = ? LIMIT 2')
    .bind(client)
    .all<{ tenant: string }>();
  return results.length === 1 && results[0]?.tenant === tenant;
}
