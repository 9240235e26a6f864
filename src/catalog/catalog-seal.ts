import { fromBase64url, toBase64url, utf8 } from '../crypto/bytes.ts';
import { open, type SealedPlace, seal } from '../crypto/envelope.ts';
import type { KeyRing } from '../crypto/key-ring.ts';

/** Seals what a tenant's operators say of their servers, under the tenant's own key, at its place. */
export class CatalogSeal {
  readonly #keyRing: KeyRing;
  readonly #tenant: string;

  constructor(keyRing: KeyRing, tenant: string) {
    this.#keyRing = keyRing;
    this.#tenant = tenant;
  }

  seal(table: string, row: string, bytes: Uint8Array): Uint8Array<ArrayBuffer> {
    const kid = this.#keyRing.current;
    return seal({ kid, key: this.#key(kid) }, this.#place(table, row), bytes);
  }

  /** @throws GatehouseError `sealed_unreadable`. */
  open(table: string, row: string, sealed: Uint8Array): Uint8Array {
    return open(kid => this.#key(kid), this.#place(table, row), sealed);
  }

  sealText(table: string, row: string, text: string): string {
    return toBase64url(this.seal(table, row, utf8(text)));
  }

  /** @throws GatehouseError `sealed_unreadable`. */
  openText(table: string, row: string, sealed: string): string {
    return new TextDecoder().decode(this.open(table, row, fromBase64url(sealed)));
  }

  #key(kid: string): Uint8Array {
    return this.#keyRing.derive(kid, 'catalog', utf8(this.#tenant));
  }

  #place(table: string, row: string): SealedPlace {
    return { store: 'catalog', table, tenant: this.#tenant, subject: '', object: '', row, column: 'sealed' };
  }
}
