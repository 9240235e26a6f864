import { openJson, type SealingKey, sealJson } from '../../src/crypto/envelope.ts';
import { reportFault } from '../../src/errors.ts';
import type { ClientLabel } from '../../src/grants/open-sessions.ts';
import { type AccountOwner, accountPlace } from './user-key.ts';

/** Seals what the clients of one user's sessions call themselves. */
export class SessionLabels {
  readonly #owner: AccountOwner;
  readonly #key: () => SealingKey;

  /** `key` makes the user's key where there is none yet, so it is only asked for when there is something to seal. */
  constructor(owner: AccountOwner, key: () => SealingKey) {
    this.#owner = owner;
    this.#key = key;
  }

  seal(object: string, label: ClientLabel): ArrayBuffer {
    return sealJson(this.#key(), this.#place(object), label).buffer;
  }

  /** A label that cannot be opened is reported; the session is shown without it, so that it can be ended. */
  open(object: string, sealed: ArrayBuffer): ClientLabel {
    try {
      return openJson<ClientLabel>(() => this.#key().key, this.#place(object), new Uint8Array(sealed));
    } catch (error) {
      reportFault('session_label_unreadable', error);
      return { name: '', version: '' };
    }
  }

  #place(object: string) {
    return accountPlace(this.#owner, 'installation_session', object, 'client');
  }
}
