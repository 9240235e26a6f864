import { concat, utf8 } from '../crypto/bytes.ts';
import { FormSearch } from './redaction/form-search.ts';

/** What is in the place of a secret. */
export const REDACTED = '[redacted]';

const MARK = utf8(REDACTED);

/**
 * Removes secrets from a body that comes in pieces, in all of their forms (`redaction/secret-forms.ts`), wherever it is cut. All
 * other bytes pass as they are. Held back is only what may be the beginning of a form: at most the longest form less a byte,
 * and nothing of a stream whose last bytes no secret begins with.
 */
export class Redactor {
  readonly #search: FormSearch;
  #held: Uint8Array = new Uint8Array();

  constructor(secrets: readonly string[]) {
    this.#search = new FormSearch(secrets);
  }

  /** How many bytes are held back. */
  get heldBytes(): number {
    return this.#held.length;
  }

  /** Takes the next piece. @returns what may pass by now. */
  push(piece: Uint8Array): Uint8Array {
    const bytes = concat(this.#held, piece);
    const passed: Uint8Array[] = [];
    let done = 0;
    for (let index = this.#held.length; index < bytes.length; index += 1) {
      const start = this.#search.read(bytes[index] ?? 0, index);
      if (start === undefined) continue;
      passed.push(bytes.subarray(done, start), MARK);
      done = index + 1;
    }
    const safe = this.#search.pendingStart ?? bytes.length;
    passed.push(bytes.subarray(done, safe));
    this.#held = bytes.slice(safe);
    this.#search.rebase(safe);
    return concat(...passed);
  }

  /** The body is over. @returns what was held back and turned out to be no secret. */
  end(): Uint8Array {
    const rest = this.#held;
    this.#held = new Uint8Array();
    return rest;
  }
}

/** A stream that passes a body on without the secrets, see {@link Redactor}. */
export function redactionStream(secrets: readonly string[]): TransformStream<Uint8Array, Uint8Array> {
  const redactor = new Redactor(secrets);
  const pass = (bytes: Uint8Array, controller: TransformStreamDefaultController<Uint8Array>) => {
    if (bytes.length > 0) controller.enqueue(bytes);
  };
  return new TransformStream<Uint8Array, Uint8Array>({
    transform: (piece, controller) => pass(redactor.push(piece), controller),
    flush: controller => pass(redactor.end(), controller),
  });
}

/**
 * Text without the secrets, such as the value of a header. Its characters are read as bytes (ISO-8859-1) and as what they
 * are: runtimes differ in what they make of headers that are not ASCII.
 */
export function redactText(text: string, secrets: readonly string[]): string {
  const isBytes = /^[\0-\xff]*$/.test(text);
  const bytewise = isBytes ? redactedAs('latin1', text, secrets) : text;
  return redactedAs('utf8', bytewise, secrets);
}

function redactedAs(encoding: 'latin1' | 'utf8', text: string, secrets: readonly string[]): string {
  const redactor = new Redactor(secrets);
  const bytes = Buffer.from(text, encoding);
  return Buffer.from(concat(redactor.push(bytes), redactor.end())).toString(encoding);
}
