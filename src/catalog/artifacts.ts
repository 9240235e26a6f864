import { fromBase64url, toBase64url, utf8 } from '../crypto/bytes.ts';
import { sha256 } from '../crypto/digest.ts';
import { GatehouseError } from '../errors.ts';
import type { CatalogSeal } from './catalog-seal.ts';

const TABLE = 'catalog_artifact';

/** D1 takes rows of up to 2 MB; base64url makes four bytes of three. */
const PART_BYTES = 1024 * 1024;

/** An artifact that is to be stored: its sealed parts, in base64url. */
export interface StagedArtifact {
  readonly hash: string;
  readonly parts: readonly string[];
}

/**
 * What versions consist of and rows are too small for, as JSON: compressed, sealed, cut in parts, and found by the hash
 * of what it says. The same content is the same artifact. One is stored together with the first version that names it, and no longer
 * than there is one: see `CatalogStore`.
 */
export class Artifacts {
  readonly #db: D1Database;
  readonly #tenant: string;
  readonly #seal: CatalogSeal;
  readonly #staged = new Map<string, StagedArtifact>();

  constructor(db: D1Database, tenant: string, seal: CatalogSeal) {
    this.#db = db;
    this.#tenant = tenant;
    this.#seal = seal;
  }

  /** Makes a JSON value ready to be stored with a version. @returns its hash, SHA-256 in base64url. */
  async put(value: unknown): Promise<string> {
    const text = utf8(JSON.stringify(value));
    const hash = toBase64url(sha256(text));
    const parts = cut(await zipped(text)).map((part, index) =>
      toBase64url(this.#seal.seal(TABLE, row(hash, index), part)),
    );
    this.#staged.set(hash, { hash, parts });
    return hash;
  }

  /** Those of some hashes that were put here. */
  staged(hashes: readonly string[]): readonly StagedArtifact[] {
    return hashes.flatMap(hash => this.#staged.get(hash) ?? []);
  }

  /** Forgets whatever was put and is not stored. */
  dropStaged(): void {
    this.#staged.clear();
  }

  /** Reads part after part, so that no more than one of them is held beside the value. @throws GatehouseError `artifact_missing`, `sealed_unreadable`. */
  async get<Value>(hash: string): Promise<Value> {
    const unzipping = new DecompressionStream('gzip');
    const text = new Response(unzipping.readable).text();
    const writer = unzipping.writable.getWriter();
    try {
      for await (const part of this.#parts(hash)) await writer.write(part);
      await writer.close();
    } catch (error) {
      await Promise.allSettled([writer.abort(error), text]);
      throw error;
    }
    return JSON.parse(await text) as Value;
  }

  async *#parts(hash: string): AsyncGenerator<Uint8Array<ArrayBuffer>> {
    for (let index = 0, parts = 1; index < parts; index++) {
      const found = this.#stagedPart(hash, index) ?? (await this.#storedPart(hash, index));
      if (!found) throw missing(hash);
      parts = found.parts;
      yield this.#seal.open(TABLE, row(hash, index), fromBase64url(found.sealed)) as Uint8Array<ArrayBuffer>;
    }
  }

  #stagedPart(hash: string, index: number): PartRow | null {
    const parts = this.#staged.get(hash)?.parts ?? [];
    const sealed = parts[index];
    return sealed === undefined ? null : { parts: parts.length, sealed };
  }

  #storedPart(hash: string, index: number): Promise<PartRow | null> {
    return this.#db
      .prepare('SELECT parts, sealed FROM catalog_artifact WHERE tenant = ? AND hash = ? AND part = ?')
      .bind(this.#tenant, hash, index)
      .first<PartRow>();
  }
}

function zipped(bytes: Uint8Array): Promise<Uint8Array> {
  const through = new CompressionStream('gzip') as unknown as ReadableWritablePair<Uint8Array, Uint8Array>;
  const body = new Blob([bytes as Uint8Array<ArrayBuffer>]).stream();
  return new Response(body.pipeThrough(through)).arrayBuffer().then(buffer => new Uint8Array(buffer));
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

type PartRow = { parts: number; sealed: string };
