import { canonicalJson } from '../../src/catalog/pins/canonical-json.ts';
import { fromBase64url, lengthPrefixed, toBase64url, utf8 } from '../../src/crypto/bytes.ts';
import { sha256 } from '../../src/crypto/digest.ts';
import { openJson, type SealedPlace, sealJson } from '../../src/crypto/envelope.ts';
import type { KeyRing } from '../../src/crypto/key-ring.ts';
import { GatehouseError } from '../../src/errors.ts';
import type { Principal } from '../../src/principal.ts';
import type { JsonObject } from '../../src/protocol/message.ts';

/** Members of a retry that differ from the first request by their nature. */
const ROUND_MEMBERS = ['_meta', 'requestState', 'inputResponses'];

/** A request whose rounds belong together. */
export interface SealedCall {
  readonly method: string;
  readonly params: JsonObject;
  /** Where it goes, see `targetOf`. */
  readonly target: string;
}

/**
 * Seals and opens `requestState` (2026-07-28, multi round-trip requests): what a server wants to see again
 * travels through the client as ciphertext that only opens for the same principal, client, installation, endpoint,
 * method and arguments, where these still reach the same tool of the same server, and not after its time.
 */
export class RequestStates {
  readonly #keyRing: KeyRing;
  readonly #principal: Principal;
  readonly #ttlSeconds: number;

  constructor(keyRing: KeyRing, principal: Principal, ttlSeconds: number) {
    this.#keyRing = keyRing;
    this.#principal = principal;
    this.#ttlSeconds = ttlSeconds;
  }

  /** @param state the server's, or null where it keeps none: answers to what it has asked are for no other all the same. */
  seal(call: SealedCall, state: string | null): string {
    const { current: kid } = this.#keyRing;
    const key = { kid, key: this.#key(kid) };
    const expiresAtMs = Date.now() + this.#ttlSeconds * 1000;
    return toBase64url(sealJson(key, this.#place(call), { state, expiresAtMs }));
  }

  /** @throws GatehouseError `request_state_invalid` for what was changed, is another's or has expired. */
  open(call: SealedCall, sealed: unknown): string | null {
    const { state, expiresAtMs } = this.#tryOpen(call, sealed);
    if (expiresAtMs < Date.now()) throw invalid();
    return state;
  }

  #tryOpen(call: SealedCall, sealed: unknown): { state: string | null; expiresAtMs: number } {
    const findKey = (kid: string) => this.#key(kid);
    if (typeof sealed !== 'string') throw invalid();
    try {
      return openJson(findKey, this.#place(call), fromBase64url(sealed));
    } catch {
      throw invalid();
    }
  }

  /** Each organisation's states are under a key of its own. */
  #key(kid: string): Uint8Array {
    return this.#keyRing.derive(kid, 'request-state', utf8(this.#principal.tenant));
  }

  #place({ method, params, target }: SealedCall): SealedPlace {
    const { tenant, subject, client, installation, resource } = this.#principal;
    const asked = Object.entries(params).filter(([key]) => !ROUND_MEMBERS.includes(key));
    return {
      store: 'request-state',
      table: method,
      tenant,
      subject,
      object: toBase64url(sha256(lengthPrefixed(client, installation.id, resource))),
      row: toBase64url(sha256(lengthPrefixed(canonicalJson(Object.fromEntries(asked)), target))),
      column: 'state',
    };
  }
}

function invalid(): GatehouseError {
  return new GatehouseError('request_state_invalid', 'Invalid or expired requestState.', {
    reason: 'invalid_request_state',
  });
}
