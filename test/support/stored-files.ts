import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** A file of a gateway's state, as it is on disk now. */
export interface StoredFile {
  readonly path: string;
  readonly bytes: Buffer;
}

/** All files below a folder, write-ahead logs included. */
export function storedFiles(stateDir: string): StoredFile[] {
  return readdirSync(stateDir, { recursive: true, encoding: 'utf8' })
    .map(path => join(stateDir, path))
    .filter(path => statSync(path).isFile())
    .map(path => ({ path, bytes: readFileSync(path) }));
}

/** Where texts lie in files, in which form; each text has a name. */
export function findStored(files: readonly StoredFile[], texts: ReadonlyMap<string, string>) {
  return [...texts].flatMap(([place, text]) =>
    [...formsOf(text)].flatMap(([form, needle]) =>
      files.filter(({ bytes }) => bytes.includes(needle)).map(({ path }) => ({ place, form, path })),
    ),
  );
}

/** The forms in which a text could lie on disk. */
function formsOf(text: string): Map<string, Buffer> {
  const raw = Buffer.from(text);
  // Base64 depends on where in three bytes the text begins; its first and last characters mix with others.
  const base64 = [0, 1, 2].map((shift): [string, Buffer] => {
    const encoded = Buffer.concat([Buffer.alloc(shift), raw]).toString('base64');
    return [`base64+${shift}`, Buffer.from(encoded.slice(4, -4))];
  });
  return new Map<string, Buffer>([
    ['raw', raw],
    ['utf-16', Buffer.from(text, 'utf16le')],
    ['hex', Buffer.from(raw.toString('hex'))],
    ['HEX', Buffer.from(raw.toString('hex').toUpperCase())],
    ...base64,
  ]);
}
