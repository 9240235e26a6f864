import { DurableObject } from 'cloudflare:workers';
import type { Env } from '../src/env.ts';
import type { Demand } from '../src/quotas/demand.ts';
import type { Quota as Quotas, Taker, Taking, Usage } from '../src/quotas/quota.ts';
import { CounterBook } from './quota/counter-book.ts';

/** How long after a use all is stored as it is, and what was taken ahead given back: well before an idle object loses its memory. In milliseconds. */
const SETTLE_AFTER_MS = 1000;

/** What one subject uses of its limits: a user, a tool, a server or an organisation. */
export class Quota extends DurableObject<Env> implements Quotas {
  readonly #book = new CounterBook(this.ctx.storage.sql);
  #settling: ReturnType<typeof setTimeout> | undefined;
  #isAlarmSet = false;

  /** What is stored is durable before the answer leaves: the platform holds it back until then (output gates). */
  async take(demands: readonly Demand[], taker: Taker): Promise<Taking> {
    const taking = this.#book.take(demands, taker, Date.now());
    await this.#later(demands, taker);
    return taking;
  }

  async giveBack(demands: readonly Demand[], taker: Taker, atMs: number): Promise<void> {
    this.#book.giveBack(demands, taker, atMs, Date.now());
    await this.#later(demands, taker);
  }

  async end(demands: readonly Demand[], taker: Taker, more: readonly Demand[]): Promise<void> {
    this.#book.end(demands, taker, more, Date.now());
    await this.#later(demands, taker);
  }

  async renew(demands: readonly Demand[], taker: Taker): Promise<void> {
    this.#book.renew(demands, taker, Date.now());
    await this.#later(demands, taker);
  }

  async usage(demands: readonly Demand[]): Promise<Usage[]> {
    return this.#book.usage(demands, Date.now());
  }

  async reset(demands: readonly Demand[]): Promise<void> {
    this.#book.reset(demands);
    await this.ctx.storage.sync();
  }

  /** Nothing stays stored of what is over. */
  override async alarm(): Promise<void> {
    const endsAtMs = this.#book.forget(Date.now());
    this.#isAlarmSet = endsAtMs !== null;
    if (endsAtMs === null) await this.ctx.storage.deleteAll();
    else await this.ctx.storage.setAlarm(endsAtMs);
  }

  /** Has done what need not be done before the answer: gives back what was taken ahead, and deletes in the end. */
  async #later(demands: readonly Demand[], { lease }: Taker): Promise<void> {
    this.#settling ??= setTimeout(() => {
      this.#settling = undefined;
      this.#book.settle();
    }, SETTLE_AFTER_MS);
    if (this.#isAlarmSet) return;
    this.#isAlarmSet = true;
    const longestMs = Math.max(lease.ttlMs, ...demands.map(({ windowMs }) => windowMs ?? 0));
    if ((await this.ctx.storage.getAlarm()) === null)
      await this.ctx.storage.setAlarm(Date.now() + longestMs + SETTLE_AFTER_MS);
  }
}
