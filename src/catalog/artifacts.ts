import { concat, toBase64url, utf8 } from '../crypto/bytes.ts';
import { sha256 } from '../crypto/digest.ts';
import { GatehouseError } from '../errors.ts';
import type { CatalogSeal } from './catalog-seal.ts';

const TABLE = 'catalog_artifact';

/** D1 takes rows of up to 2 MB. */
const PART_BYTES = 1024 * 1024;

/**
 * What versions consist of and rows are too small for, as JSON: compressed, sealed, cut in parts, and found by the hash
 * of what it says. Written once; the same content is the same artifact.
 */
export class Artifacts {
  readonly #db: D1Database;
  readonly #tenant: string;
  readonly #seal: CatalogSeal;

  constructor(db: D1Database, tenant: string, seal: CatalogSeal) {
    this.#db = db;
    this.#tenant = tenant;
    this.#seal = seal;
  }

  /** Keeps a JSON value. @returns its hash, SHA-256 in base64url. */
  async put(value: unknown): Promise<string> {
    const text = utf8(JSON.stringify(value));
    const hash = toBase64url(sha256(text));
    const parts = cut(await piped(text, new CompressionStream('gzip')));
    await this.#db.batch(
      parts.map((part, index) =>
        this.#db
          .prepare(
            'INSERT OR IGNORE INTO catalog_artifact (tenant, hash, part, parts, sealed) VALUES (?, ?, ?, ?, ?)',
          )
          .bind(this.#tenant, hash, index, parts.length, this.#seal.seal(TABLE, row(hash, index), part)),
      ),
    );
    return hash;
  }

  /** @throws GatehouseError `artifact_missing`, `sealed_unreadable`. */
  async get<Value>(hash: string): Promise<Value> {
    const { results } = await this.#db
      .prepare('SELECT part, parts, sealed FROM catalog_artifact WHERE tenant = ? AND hash = ? ORDER BY part')
      .bind(this.#tenant, hash)
      .all<{ part: number; parts: number; sealed: number[] }>();
    if (results.length === 0 || results.length !== results[0]?.parts) throw missing(hash);
    const parts = results.map(({ part, sealed }) =>
      this.#seal.open(TABLE, row(hash, part), Uint8Array.from(sealed)),
    );
    const bytes = await piped(concat(...parts), new DecompressionStream('gzip'));
    return JSON.parse(new TextDecoder().decode(bytes)) as Value;
  }
}

async function piped(
  bytes: Uint8Array,
  stream: CompressionStream | DecompressionStream,
): Promise<Uint8Array> {
  const body = new Blob([bytes as Uint8Array<ArrayBuffer>]).stream();
  const through = stream as unknown as ReadableWritablePair<Uint8Array, Uint8Array>;
  return new Uint8Array(await new Response(body.pipeThrough(through)).arrayBuffer());
}

function cut(bytes: Uint8Array): Uint8Array[] {
  const count = Math.max(1, Math.ceil(bytes.length / PART_BYTES));
  return Array.from({ length: count }, (_, index) =>
    bytes.subarray(index * PART_BYTES, (index + 1) * PART_BYTES),
  );
}

function row(hash: string, part: number): string {
  return `${hash}/${part}`;
}

function missing(hash: string): GatehouseError {
  return new GatehouseError(
    'artifact_missing',
    `The part ${hash} of a server's version is not stored any more.`,
  );
}
