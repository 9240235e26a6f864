/**
 * Erases what an object stores of a session or home, at once and with its keys. What is on record of it stays until D1 has it.
 * @param keepsAudit whether there is any.
 */
export async function eraseAll(storage: DurableObjectStorage, keepsAudit: boolean): Promise<void> {
  if (keepsAudit) return dropSession(storage);
  await Promise.all([storage.deleteAlarm(), storage.deleteAll()]);
}

async function dropSession(storage: DurableObjectStorage): Promise<void> {
  const statement = `SELECT name FROM sqlite_master WHERE type = 'table'
    AND name NOT LIKE 'audit\\_%' ESCAPE '\\' AND name NOT LIKE '\\_cf\\_%' ESCAPE '\\' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'`;
  const tables = storage.sql.exec<{ name: string }>(statement).toArray();
  for (const { name } of tables) storage.sql.exec(`DROP TABLE "${name}"`);
  // Whatever it was set for: what is left is delivered, and then the rest is erased too.
  await storage.setAlarm(Date.now() + 1000);
}
