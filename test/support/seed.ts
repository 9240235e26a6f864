/** Random numbers that can be had again: the seed is printed, and taken from SEED when it is set. */
export interface Seeded {
  readonly seed: number;
  /** A float from 0 to 1. */
  next(): number;
  /** A whole number from `min` to `max`, both included. */
  between(min: number, max: number): number;
}

/** mulberry32: small, and good enough to choose moments and inputs of tests. */
export function seeded(title: string): Seeded {
  const seed = Number(process.env.SEED ?? Date.now() % 1_000_000_000);
  console.log(`${title}: SEED=${seed}`);
  let state = seed;
  const next = () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
  return { seed, next, between: (min, max) => min + Math.floor(next() * (max - min + 1)) };
}
