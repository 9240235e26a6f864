import { utf8 } from '../crypto/bytes.ts';
import { type KeyRing, macText } from '../crypto/key-ring.ts';
import { type AuditRow, openRow } from './audit-row.ts';

/** The members of events by which they are found without being opened, the most telling first. */
export const TAGGED = ['session', 'user', 'name', 'server'] as const;

/** A member that has a tag. */
export type TaggedMember = (typeof TAGGED)[number];

/** The tags of one event, by member; null where it says nothing of it. */
export type SearchTags = Readonly<Record<TaggedMember, string | null>>;

const NO_TAGS: SearchTags = { session: null, user: null, name: null, server: null };

/**
 * Makes tags for an organisation: HMAC-SHA-256 cut to 128 bits, under a key of its own per organisation and master key. The same value has
 * the same tag there, so that whoever has the database sees how often a value comes, and not which it is.
 */
export class Tagger {
  readonly #keyRing: KeyRing;
  readonly #keys = new Map<string, Uint8Array>();

  constructor(keyRing: KeyRing) {
    this.#keyRing = keyRing;
  }

  /** The tags of a row, under the key that it is sealed under; none where it cannot be opened. */
  tagsOf(row: AuditRow): SearchTags {
    const text = openRow(this.#keyRing, row, row.sequence);
    if (text === null) return NO_TAGS;
    const event = JSON.parse(text) as Readonly<Record<string, unknown>>;
    const tags = TAGGED.map(member => {
      const value = event[member];
      return [member, typeof value === 'string' ? this.#tag(row.kid, row.tenant, member, value) : null];
    });
    return Object.fromEntries(tags);
  }

  /** The tags that a value can have: one per key of the ring. */
  candidates(tenant: string, member: TaggedMember, value: string): string[] {
    return [...this.#keyRing.kids].map(kid => this.#tag(kid, tenant, member, value));
  }

  #tag(kid: string, tenant: string, member: TaggedMember, value: string): string {
    return macText(this.#key(kid, tenant), member, value);
  }

  #key(kid: string, tenant: string): Uint8Array {
    const place = `${kid}/${tenant}`;
    const key = this.#keys.get(place) ?? this.#keyRing.derive(kid, 'audit-search', utf8(tenant));
    this.#keys.set(place, key);
    return key;
  }
}
