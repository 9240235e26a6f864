import { randomBytes } from 'node:crypto';
import { toBase64url } from '../crypto/bytes.ts';
import { KEY_BYTES } from '../crypto/key-ring.ts';
import type { Installation, Rights } from '../principal.ts';

const ID_BYTES = 16;

/** What a grant carries, encrypted under its tokens: only a live token opens it. */
export interface GrantProps extends Rights {
  readonly tenant: string;
  readonly subject: string;
  readonly installation: Installation;
  /**
   * When a token ends that nothing here renews or withdraws, Unix time in milliseconds: no stream outlives it. Not there for
   * tokens of our own grants, whose streams are told when their grant ends.
   */
  readonly endsAtMs?: number;
}

/** What stands beside a grant in the clear. */
export interface GrantMetadata {
  /** The id of the installation that the grant belongs to. */
  readonly installation: string;
}

/** A client that a user connects for the first time, or again after its grants have ended. */
export function newInstallation(): Installation {
  return {
    id: toBase64url(randomBytes(ID_BYTES)),
    key: toBase64url(randomBytes(KEY_BYTES)),
  };
}
