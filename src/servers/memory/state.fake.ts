import type { State, StateListOptions, StatePage, StateRefusal } from './state.ts';

/** What a `FakeState` has room for; without a limit, everything. */
export interface FakeLimits {
  valueBytes?: number;
  entries?: number;
}

/** The state capability in memory, for tests: same order, same pages, same refusals as the real one. */
export class FakeState implements State {
  /** Calls so far, by method: each would be a hop. */
  readonly hops = { get: 0, list: 0, put: 0, delete: 0 };
  readonly #limits: FakeLimits;
  readonly #entries = new Map<string, { value: string; position: number }>();
  #lastPosition = 0;

  constructor(limits: FakeLimits = {}) {
    this.#limits = limits;
  }

  async get(key: string): Promise<string | null> {
    this.hops.get++;
    return this.#entries.get(key)?.value ?? null;
  }

  async list({ prefix = '', after = '0', limit = 100 }: StateListOptions = {}): Promise<StatePage> {
    this.hops.list++;
    const rest = [...this.#entries].filter(
      ([key, { position }]) => key.startsWith(prefix) && position > Number(after),
    );
    const page = rest.slice(0, limit);
    return {
      entries: page.map(([key, { value }]) => ({ key, value })),
      next: rest.length > page.length ? String(page.at(-1)?.[1].position) : null,
    };
  }

  async put(key: string, value: string): Promise<{ ok: true } | StateRefusal> {
    this.hops.put++;
    const refusal = this.#refusalOf(key, value);
    if (refusal !== null) return refusal;
    const position = this.#entries.get(key)?.position ?? ++this.#lastPosition;
    this.#entries.set(key, { value, position });
    return { ok: true };
  }

  async delete(key: string): Promise<boolean> {
    this.hops.delete++;
    return this.#entries.delete(key);
  }

  #refusalOf(key: string, value: string): StateRefusal | null {
    const { valueBytes = Number.POSITIVE_INFINITY, entries = Number.POSITIVE_INFINITY } = this.#limits;
    if (new TextEncoder().encode(value).length > valueBytes) {
      return { ok: false, code: 'value_too_large', limit: valueBytes, unit: 'bytes', message: 'too large' };
    }
    if (!this.#entries.has(key) && this.#entries.size >= entries) {
      return { ok: false, code: 'quota_exceeded', limit: entries, unit: 'entries', message: 'full' };
    }
    return null;
  }
}
