import * as z from 'zod';
import { fromBase64url, fromUtf8, toBase64url, utf8 } from '../crypto/bytes.ts';
import { GatehouseError } from '../errors.ts';

/** Where a page ended, as text that comes back with the next request. It gives no rights: whoever changes it misleads only themselves. */
export class PageCursor<Place> {
  readonly #schema: z.ZodType<Place>;

  constructor(schema: z.ZodType<Place>) {
    this.#schema = schema;
  }

  write(place: Place): string {
    return toBase64url(utf8(JSON.stringify(place)));
  }

  /**
   * @param text empty for the first page.
   * @throws GatehouseError `query_invalid` for what is no cursor of this list.
   */
  read(text: string): Place | null {
    if (text === '') return null;
    const place = this.#schema.safeParse(jsonOf(text));
    if (place.success) return place.data;
    throw new GatehouseError(
      'query_invalid',
      'The query is wrong: "after" must be the "next" of a page of this list.',
    );
  }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(fromUtf8(fromBase64url(text)));
  } catch {
    return undefined;
  }
}

const sequence = z.number().int().min(0);

/** The cursor of a verification. */
export const VERIFICATION_CURSOR = new PageCursor(
  z.strictObject({
    /** The last chain that was verified to its end. */
    after: z.string(),
    /** How far one that comes after it was verified, if one was begun. */
    begun: z.strictObject({ chain: z.string(), sequence, hash: z.string().nullable() }).nullable(),
    /** How far the checkpoints were verified, once all chains are. */
    checkpoint: z.strictObject({ sequence, hash: z.string().nullable() }).optional(),
  }),
);

/** Where a verification goes on. */
export type VerificationPlace = NonNullable<ReturnType<typeof VERIFICATION_CURSOR.read>>;

/** The cursor of a list of events, newest first: the time and the id of the last one shown. */
export const EVENTS_CURSOR = new PageCursor(z.strictObject({ atMs: sequence, id: z.string() }));
