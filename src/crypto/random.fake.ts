import { onTestFailed } from 'vitest';

/** What a string is drawn from: ASCII, separators, and UTF-8 of two, three and four bytes. */
const ALPHABET = [...'ab01.,:/"\\{}\u0000\n é€\ufeff😀'];

/** Chance that can be repeated: a failing test prints its seed, and `TEST_SEED` brings it back. */
export interface SeededRandom {
  /** A whole number from 0 up to, not including, `limit`. */
  below(limit: number): number;
  bytes(length: number): Uint8Array;
  /** Well-formed text of up to `maxLength` characters. */
  text(maxLength: number): string;
}

/** Chance for one test (the generator is mulberry32). */
export function seededRandom(): SeededRandom {
  const seed = Number(process.env.TEST_SEED ?? Math.floor(Math.random() * 2 ** 32));
  onTestFailed(() => void process.stderr.write(`Repeat this failure with TEST_SEED=${seed}\n`));
  let state = seed;
  const below = (limit: number): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * limit);
  };
  const some = <Item>(length: number, item: () => Item) => Array.from({ length }, item);
  return {
    below,
    bytes: length => Uint8Array.from(some(length, () => below(256))),
    text: maxLength => some(below(maxLength + 1), () => ALPHABET[below(ALPHABET.length)]).join(''),
  };
}

/** A copy with one bit flipped. */
export function withBitFlipped(bytes: Uint8Array, bit: number): Uint8Array<ArrayBuffer> {
  const copy = new Uint8Array(bytes);
  copy[bit >> 3] = (copy[bit >> 3] ?? 0) ^ (1 << (bit & 7));
  return copy;
}
