import { reportFault } from '../errors.ts';
import type { Demand } from './demand.ts';
import type { Quota, Taker } from './quota.ts';

/** What is taken from at one subject. */
export interface Share {
  readonly quota: Quota;
  readonly demands: readonly Demand[];
}

/** What a call or a stream takes from: the limits of one subject after the other. */
export interface Wanted {
  readonly shares: readonly Share[];
  readonly taker: Taker;
}

/** The limit that left no room. */
export interface NoRoom {
  readonly demand: Demand;
  readonly retryAfterSeconds: number | null;
}

/** What was taken of every limit. */
export class Holding {
  readonly #shares: readonly Share[];
  readonly #taker: Taker;

  private constructor({ shares, taker }: Wanted) {
    this.#shares = shares;
    this.#taker = taker;
  }

  /** Takes from all limits, or from none. @throws where one cannot be reached: then nothing may be done. */
  static async take(wanted: Wanted): Promise<Holding | NoRoom> {
    const taken: Taken[] = [];
    try {
      for (const { quota, demands } of wanted.shares) {
        const taking = await quota.take(demands, wanted.taker);
        if (!taking.isTaken) {
          await undo(taken, wanted.taker);
          const demand = demands.find(({ rule }) => rule === taking.rule) as Demand;
          return { demand, retryAfterSeconds: taking.retryAfterSeconds };
        }
        taken.push({ quota, demands: taking.demands, atMs: taking.atMs });
      }
    } catch (error) {
      await undo(taken, wanted.taker);
      throw error;
    }
    return new Holding(wanted);
  }

  /** It is over. @param bytes what came back; it counts although nobody could refuse it any more. */
  async end(bytes: number): Promise<void> {
    await settle(this.#shares, ({ quota, demands }) => {
      const more = demands.filter(({ count }) => count === 'bytes').map(each => ({ ...each, amount: bytes }));
      const needsEnd = more.length > 0 || demands.some(({ windowMs }) => windowMs === null);
      return needsEnd ? quota.end(demands, this.#taker, more) : Promise.resolve();
    });
  }

  /** It goes on. */
  async renew(): Promise<void> {
    await settle(this.#shares, ({ quota, demands }) => quota.renew(demands, this.#taker));
  }
}

interface Taken extends Share {
  readonly atMs: number;
}

function undo(taken: readonly Taken[], taker: Taker): Promise<void> {
  return settle(taken, ({ quota, demands, atMs }) => quota.giveBack(demands, taker, atMs));
}

/** What was not told lapses by itself: leases end, and what was taken counts. */
async function settle<Each>(all: readonly Each[], act: (each: Each) => Promise<void>): Promise<void> {
  const outcomes = await Promise.allSettled(all.map(async each => act(each)));
  for (const outcome of outcomes)
    if (outcome.status === 'rejected') reportFault('quota_not_told', outcome.reason);
}
