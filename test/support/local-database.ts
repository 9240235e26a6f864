import { DatabaseSync } from 'node:sqlite';
import { storedFiles } from './stored-files.ts';

const IS_MIGRATED = "SELECT 1 FROM sqlite_master WHERE name = 'd1_migrations'";

/**
 * Does something to the D1 database of a gateway that is not running, as somebody could who has its files.
 * @throws where its state has no such database.
 */
export function inDatabase(stateDir: string, act: (database: DatabaseSync) => void): void {
  const paths = storedFiles(stateDir).map(({ path }) => path);
  for (const path of paths.filter(each => each.includes('D1Database') && each.endsWith('.sqlite'))) {
    const database = new DatabaseSync(path);
    try {
      if (database.prepare(IS_MIGRATED).get() === undefined) continue;
      act(database);
      return;
    } finally {
      database.close();
    }
  }
  throw new Error(`There is no D1 database below ${stateDir}.`);
}
