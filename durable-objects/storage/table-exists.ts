/** Whether an object has a table yet. To ask stores nothing, where creating it just in case would. */
export function tableExists(sql: SqlStorage, name: string): boolean {
  return sql.exec('SELECT 1 FROM sqlite_master WHERE name = ?', name).toArray().length > 0;
}
