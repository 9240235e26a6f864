import type { RecordStore } from './record-store.ts';

/** How old a read of Workers KV may be. */
const OLD_MS = 60_000;

/** What a key held, since when; null for nothing. */
interface Write {
  readonly atMs: number;
  readonly text: string | null;
}

/** Workers KV at its worst: every read is as old as it may be, also one that finds nothing. Time is `Date`'s. */
export class OldReads implements RecordStore {
  readonly #writes = new Map<string, Write[]>();
  /** Whether nothing can be written. */
  isDown = false;

  async get(key: string): Promise<string | null> {
    return this.#lastWrite(key, Date.now() - OLD_MS)?.text ?? null;
  }

  async put(key: string, text: string): Promise<void> {
    this.#write(key, text);
  }

  async delete(key: string): Promise<void> {
    this.#write(key, null);
  }

  /** What is stored now, by key, as somebody with access to the namespace sees it. */
  get stored(): Map<string, string> {
    const held = [...this.#writes.keys()].map(key => [key, this.#lastWrite(key, Date.now())?.text] as const);
    return new Map(held.filter((entry): entry is [string, string] => typeof entry[1] === 'string'));
  }

  /** Puts a text there so that every read finds it, as somebody with access to the namespace can. */
  plant(key: string, text: string): void {
    this.#writes.set(key, [{ atMs: 0, text }]);
  }

  #write(key: string, text: string | null): void {
    if (this.isDown) throw new Error('KV is down');
    this.#writes.set(key, [...(this.#writes.get(key) ?? []), { atMs: Date.now(), text }]);
  }

  #lastWrite(key: string, untilMs: number): Write | undefined {
    return this.#writes.get(key)?.findLast(({ atMs }) => atMs <= untilMs);
  }
}
