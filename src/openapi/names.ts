import { toBase64url, utf8 } from '../crypto/bytes.ts';
import { sha256 } from '../crypto/digest.ts';

/** What clients of all kinds take as a tool's name, and as the name of an argument. */
const MAX_LENGTH = 64;
const DIGEST_LENGTH = 8;

/** Gives names that hold only letters, digits, `_` and `-`, each once. */
export class Names {
  readonly #taken: Set<string>;
  /** The last number that each name was given with. */
  readonly #numbers = new Map<string, number>();

  /** @param taken names that are not given. */
  constructor(taken: readonly string[] = []) {
    this.#taken = new Set(taken);
  }

  /** The first of the wishes that is free, or the last with a number. @param wishes at least one. */
  next(...wishes: readonly string[]): string {
    const plain = wishes.map(plainName).filter(name => name !== '');
    const last = plain.at(-1) ?? 'unnamed';
    const free = plain.find(name => !this.#taken.has(name)) ?? this.#numbered(last);
    this.#taken.add(free);
    return free;
  }

  #numbered(name: string): string {
    let number = this.#numbers.get(name) ?? 1;
    let numbered: string;
    do {
      number += 1;
      numbered = plainName(`${name}_${number}`);
    } while (this.#taken.has(numbered));
    this.#numbers.set(name, number);
    return numbered;
  }
}

/** A name that is too long ends in a digest of all of it; one of other letters only is empty. */
function plainName(wish: string): string {
  // Of what is far too long, only the beginning is looked at.
  const plain = wish
    .slice(0, MAX_LENGTH * 4)
    .replaceAll(/[^A-Za-z0-9_-]+/g, '_')
    .replaceAll(/^_+|_+$/g, '');
  if (plain.length <= MAX_LENGTH) return plain;
  const digest = toBase64url(sha256(utf8(wish)))
    .slice(0, DIGEST_LENGTH)
    .replaceAll('-', '_');
  return `${plain.slice(0, MAX_LENGTH - DIGEST_LENGTH - 1)}_${digest}`;
}
