import { toBase64url, utf8 } from '../crypto/bytes.ts';
import { sha256 } from '../crypto/digest.ts';
import { tenantObjectName } from '../session-key/internal-bearer.ts';
import type { AuditRow } from './audit-row.ts';
import type { ArchivedRange } from './checkpoint.ts';

/** Where events and checkpoints of an organisation are archived: objects that are written once. */
export class Archive {
  readonly #bucket: R2Bucket;
  readonly #tenant: string;

  constructor(bucket: R2Bucket, tenant: string) {
    this.#bucket = bucket;
    this.#tenant = tenantObjectName(tenant);
  }

  /**
   * Writes rows of a chain, sealed as they are, as gzipped NDJSON, and reads them back.
   * @param rows some, one after the other.
   * @throws where what is read is not what was written.
   */
  async put(rows: readonly AuditRow[]): Promise<ArchivedRange> {
    const [first, last] = [rows[0], rows.at(-1)];
    if (!first || !last) throw new Error('there is nothing to archive');
    const bytes = await gzip(rows.map(row => `${JSON.stringify(row)}\n`).join(''));
    const digest = toBase64url(sha256(bytes));
    const { chain, sequence: from } = first;
    const { sequence: through, hash } = last;
    const object = `events/${this.#tenant}/${chain}/${from}-${through}-${digest}.ndjson.gz`;
    await this.#bucket.put(object, bytes, { httpMetadata: { contentType: 'application/gzip' } });
    const range = { chain, from, through, hash, object, digest };
    if (!(await this.has(range))) throw new Error('the archive does not have what was written to it');
    return range;
  }

  /** Whether a range is there as it was written. */
  async has({ object, digest }: ArchivedRange): Promise<boolean> {
    const found = await this.#bucket.get(object);
    return found !== null && toBase64url(sha256(new Uint8Array(await found.arrayBuffer()))) === digest;
  }

  /** Writes a checkpoint. */
  async putCheckpoint(sequence: number, jws: string): Promise<void> {
    await this.#bucket.put(this.#checkpoint(sequence), jws, {
      httpMetadata: { contentType: 'application/jose' },
    });
  }

  /** The checkpoint that is there at a place. */
  async checkpoint(sequence: number): Promise<string | null> {
    return (await this.#bucket.get(this.#checkpoint(sequence)))?.text() ?? null;
  }

  #checkpoint(sequence: number): string {
    return `checkpoints/${this.#tenant}/${String(sequence).padStart(10, '0')}.jws`;
  }
}

async function gzip(text: string): Promise<Uint8Array> {
  const compressed = new Blob([utf8(text)]).stream().pipeThrough(new CompressionStream('gzip'));
  return new Uint8Array(await new Response(compressed).arrayBuffer());
}
