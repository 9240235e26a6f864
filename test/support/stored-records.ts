import { DatabaseSync } from 'node:sqlite';
import type { StoredFile } from './stored-files.ts';

/** A row of a credential's record in an account object. */
export interface StoredRow {
  readonly kid: string;
  readonly copy: string | null;
}

/** The keys that credential records are sealed under which lie in files as they are: the values of KV. */
export function recordKids(files: readonly StoredFile[]): string[] {
  return files.flatMap(({ bytes }) => {
    const kid = kidOf(bytes.toString());
    return kid === null ? [] : [kid];
  });
}

/** Every credential record that account objects know of. */
export function recordRows(files: readonly StoredFile[]): StoredRow[] {
  const databases = files.filter(({ path }) => path.endsWith('.sqlite'));
  return databases.flatMap(({ path }) => {
    const database = new DatabaseSync(path, { readOnly: true });
    try {
      const tables = database.prepare("SELECT 1 FROM sqlite_master WHERE name = 'credential_record'").all();
      if (tables.length === 0) return [];
      return database.prepare('SELECT kid, copy FROM credential_record').all() as unknown as StoredRow[];
    } finally {
      database.close();
    }
  });
}

/** The key that a record says it is under; null where a text is no record. */
export function kidOf(text: string): string | null {
  if (!text.startsWith('{"ciphertext":')) return null;
  const { protected: header } = JSON.parse(text);
  return JSON.parse(Buffer.from(header, 'base64url').toString()).kid;
}
