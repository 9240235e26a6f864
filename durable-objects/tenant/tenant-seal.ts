import { utf8 } from '../../src/crypto/bytes.ts';
import { openJson, type SealedPlace, sealJson } from '../../src/crypto/envelope.ts';
import type { KeyRing } from '../../src/crypto/key-ring.ts';
import { tenantObjectName } from '../../src/session-key/internal-bearer.ts';

/** A column of a row of an organisation's object. */
export interface TenantPlace extends Pick<SealedPlace, 'table' | 'row' | 'column'> {
  readonly tenant: string;
  /** Whose the row is; empty for the organisation's own. */
  readonly subject: string;
}

/** Seals what an organisation's object stores and somebody said. */
export class TenantSeal {
  readonly #keyRing: KeyRing;

  constructor(keyRing: KeyRing) {
    this.#keyRing = keyRing;
  }

  seal(place: TenantPlace, value: unknown): ArrayBuffer {
    const kid = this.#keyRing.current;
    return sealJson({ kid, key: this.key(place.tenant, kid) }, placeOf(place), value).buffer;
  }

  /** @throws GatehouseError `sealed_unreadable`, `key_unknown`. */
  open<Value>(place: TenantPlace, sealed: ArrayBuffer): Value {
    const findKey = (kid: string) => this.key(place.tenant, kid);
    return openJson<Value>(findKey, placeOf(place), new Uint8Array(sealed));
  }

  /** Each organisation has a key of its own. */
  key(tenant: string, kid: string = this.#keyRing.current): Uint8Array {
    return this.#keyRing.derive(kid, 'tenant-data', utf8(tenant));
  }
}

function placeOf({ tenant, subject, table, row, column }: TenantPlace): SealedPlace {
  return { store: 'tenant', table, tenant, subject, object: tenantObjectName(tenant), row, column };
}
