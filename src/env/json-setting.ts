import type * as z from 'zod';
import type { Env } from '../env.ts';
import { GatehouseError } from '../errors.ts';

/** Reads one setting that is JSON, and says what is wrong with it. */
export class JsonSetting<Schema extends z.ZodType> {
  readonly #name: string;
  readonly #schema: Schema;
  readonly #whole: string;

  /**
   * @param name the variable that holds it.
   * @param schema its shape.
   * @param whole what all of it is called, where no member can be named.
   */
  constructor(name: string, schema: Schema, whole: string) {
    this.#name = name;
    this.#schema = schema;
    this.#whole = whole;
  }

  /**
   * What the setting says; null where the variable is not set or empty.
   * @throws GatehouseError `setting_invalid`, naming the first member that is wrong.
   */
  parsed(env: Env): z.infer<Schema> | null {
    const text = env[this.#name];
    if (text === undefined || text === '') return null;
    const parsed = this.#schema.safeParse(this.#json(text));
    if (parsed.success) return parsed.data;
    const [issue] = parsed.error.issues;
    throw this.wrong(`${issue?.path.join('.') || this.#whole}: ${issue?.message}`);
  }

  /** The error that says what is wrong with the setting. A reason holds no secret. */
  wrong(reason: string): GatehouseError {
    return new GatehouseError('setting_invalid', `The setting ${this.#name} is wrong: ${reason}.`);
  }

  #json(text: unknown): unknown {
    try {
      return JSON.parse(String(text));
    } catch {
      throw this.wrong('it is not JSON');
    }
  }
}
