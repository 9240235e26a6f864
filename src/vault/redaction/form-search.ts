import { formsOf, type SecretForm } from './secret-forms.ts';
import type { Spelling } from './spelling.ts';

/** The beginning of a form, as far as it was read. */
interface Candidate {
  /** Where it begins: an index that the caller counts from. */
  readonly start: number;
  readonly form: number;
  /** Which part of the form comes next or is being read, and in which of its spellings; -1 between two parts. */
  readonly part: number;
  readonly spelling: number;
  /** How many bytes of the spelling were read. */
  readonly read: number;
}

/**
 * Looks for the forms of secrets, a byte at a time: all forms, and all spellings within them, at once, so that no byte is
 * looked at again. Candidates are in the order of where they begin; of two that stand at the same place of the same form, the one that
 * began earlier is kept, which bounds their number by the length of the forms.
 */
export class FormSearch {
  readonly #forms: readonly SecretForm[];
  /** By the value of a byte: the forms that may begin with it. */
  readonly #openers: readonly (readonly number[])[];
  #candidates: Candidate[] = [];
  readonly #seen = new Set<number>();

  constructor(secrets: readonly string[]) {
    this.#forms = secrets.flatMap(formsOf);
    this.#openers = Array.from({ length: 256 }, (_, byte) =>
      [...this.#forms.keys()].filter(form =>
        this.#forms[form]?.[0]?.some(spelling => accepts(spelling, 0, byte)),
      ),
    );
  }

  /** Where the earliest form begins that may still become complete; undefined where there is none. */
  get pendingStart(): number | undefined {
    return this.#candidates[0]?.start;
  }

  /** @returns where a form begins that is complete with this byte; undefined where none is. */
  read(byte: number, index: number): number | undefined {
    const openers = this.#openers[byte] ?? [];
    if (this.#candidates.length === 0 && openers.length === 0) return undefined;
    const before = this.#candidates;
    this.#candidates = [];
    this.#seen.clear();
    const opened = openers.map(form => ({ start: index, form, part: 0, spelling: -1, read: 0 }));
    for (const candidate of [...before, ...opened]) {
      if (!this.#advance(candidate, byte)) continue;
      this.#candidates = [];
      return candidate.start;
    }
    return undefined;
  }

  /** Counts indices from a later one on. */
  rebase(index: number): void {
    this.#candidates = this.#candidates.map(candidate => ({ ...candidate, start: candidate.start - index }));
  }

  /** @returns whether the form is complete. */
  #advance(candidate: Candidate, byte: number): boolean {
    const { form, part, spelling, read } = candidate;
    const spellings = this.#forms[form]?.[part] ?? [];
    const tried = spelling === -1 ? spellings.keys() : [spelling];
    for (const each of tried) {
      const spelled = spellings[each];
      if (!spelled || !accepts(spelled, read, byte)) continue;
      if (read + 1 < spelled.bytes.length) this.#keep({ ...candidate, spelling: each, read: read + 1 });
      else if (part + 1 === this.#forms[form]?.length) return true;
      else this.#keep({ ...candidate, part: part + 1, spelling: -1, read: 0 });
    }
    return false;
  }

  #keep(candidate: Candidate): void {
    const { form, part, spelling, read } = candidate;
    // No form has more parts, no part more spellings, and no spelling more bytes than fit.
    const key = ((form * 2 ** 24 + part) * 64 + spelling + 1) * 64 + read;
    if (this.#seen.has(key)) return;
    this.#seen.add(key);
    this.#candidates.push(candidate);
  }
}

function accepts({ bytes, upper }: Spelling, at: number, byte: number): boolean {
  return bytes[at] === byte || upper[at] === byte;
}
