import { CounterBook } from '../../durable-objects/quota/counter-book.ts';
import { fakeSql } from '../../durable-objects/storage/storage.fake.ts';
import { CallQuotas } from './call-quotas.ts';
import type { CountedSubject, Quota } from './quota.ts';

/** Quotas as their objects keep them, over storages in memory. */
export class FakeQuotas {
  readonly #books = new Map<string, CounterBook>();
  readonly quotas = new CallQuotas(subject => this.quotaOf(subject), 1000);
  /** Whose counts were asked for, in order. */
  readonly asked: string[] = [];
  /** No object can be reached. */
  isAway = false;

  quotaOf(subject: CountedSubject): Quota {
    const key = JSON.stringify(subject);
    const book = this.#books.get(key) ?? new CounterBook(fakeSql());
    this.#books.set(key, book);
    return {
      take: async (demands, taker) => {
        this.asked.push(subject.per);
        if (this.isAway) throw new Error('away');
        return book.take(demands, taker, Date.now());
      },
      giveBack: async (demands, taker, atMs) => book.giveBack(demands, taker, atMs, Date.now()),
      end: async (demands, taker, more) => book.end(demands, taker, more, Date.now()),
      renew: async (demands, taker) => book.renew(demands, taker, Date.now()),
      usage: async demands => book.usage(demands, Date.now()),
      reset: async demands => book.reset(demands),
    };
  }
}
