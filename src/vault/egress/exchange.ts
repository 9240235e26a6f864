import { GatehouseError } from '../../errors.ts';
import type { UserName } from '../../grants/user-id.ts';
import type { Connection } from '../connection.ts';
import type { Wanted } from '../connection-wants.ts';
import type { Credential, CredentialSource } from '../credential.ts';
import { redactText } from '../redaction.ts';
import { redirectRefused, tooManyRedirects, unavailable, unreachable, wanted } from './exchange-errors.ts';
import { placeCredential } from './placement.ts';
import { type EgressRequest, MAX_REDIRECTS, redirected } from './redirect.ts';
import { repeated } from './repeat.ts';
import type { RetryLimits } from './retry.ts';
import { connectionFor } from './route.ts';
import { secretsOf } from './secrets-of.ts';
import { scopesToAskFor } from './step-up.ts';

const UNAUTHORIZED = 401;

/** What an exchange with a third party needs. */
export interface ExchangeParts {
  readonly user: UserName;
  readonly server: string;
  /** Those that the server declares. */
  readonly connections: readonly Connection[];
  readonly credentials: CredentialSource;
  readonly allowLoopback: boolean;
  readonly retries: RetryLimits;
  /** Sends a request as it is, and follows no redirect. */
  send(url: URL, init: SentInit): Promise<Response>;
  /** @throws where the exchange has ended meanwhile. */
  wait(ms: number): Promise<void>;
  /**
   * A credential is about to be put into a request, which is as it was before that. Called once for each hop and version of
   * the credential; repetitions are the same use. Where it throws, the credential is not used, and nothing is sent.
   */
  onUse(connection: Connection, version: number, request: EgressRequest): Promise<void>;
  /** Somebody has to connect first. */
  onWanted(wanted: Wanted): Promise<void>;
}

/** A request as it is sent. */
export interface SentInit extends RequestInit {
  readonly method: string;
  readonly body: Uint8Array<ArrayBuffer> | null;
}

/** A third party's answer, and all that must not be seen of it. */
export interface Exchanged {
  readonly response: Response;
  readonly secrets: readonly string[];
}

/** A credential in use. */
interface Held {
  readonly credential: Credential;
  readonly version: number;
}

/** One request of tool code, on its way to third parties: through redirects, repetitions and a credential that was renewed. */
export class Exchange {
  readonly #parts: ExchangeParts;
  readonly #secrets = new Set<string>();

  constructor(parts: ExchangeParts) {
    this.#parts = parts;
  }

  /**
   * The answer to a request. Every redirect is decided on like the first request, with a credential of its own.
   * @throws GatehouseError `egress_refused`, `egress_failed`, `connection_missing`, `connection_dead`,
   *   `connection_insufficient`, `credential_unavailable`.
   */
  async run(first: EgressRequest): Promise<Exchanged> {
    let request = first;
    let connection = this.#connectionFor(first);
    for (let hops = 0; ; hops += 1) {
      const response = await this.#authorized(request, connection);
      const next = redirected(request, response.status, response.headers.get('location'));
      if (next === null) return { response, secrets: [...this.#secrets] };
      await response.body?.cancel();
      if (hops === MAX_REDIRECTS) throw tooManyRedirects(connection);
      connection = this.#redirectedTo(next, connection);
      request = next;
    }
  }

  #connectionFor(request: EgressRequest): Connection {
    return connectionFor(request, this.#parts.connections, this.#parts.allowLoopback);
  }

  /**
   * The connection that a redirect leads to. A third party may not have another one changed with that one's credential, nor
   * tell it a secret. What it names in a redirect is told to nobody.
   */
  #redirectedTo(request: EgressRequest, from: Connection): Connection {
    const connection = this.#reachedFrom(from, request);
    if (connection.id === from.id) return connection;
    if (!['GET', 'HEAD'].includes(request.method)) {
      throw redirectRefused(
        from,
        `a ${request.method} to another connection; only GET and HEAD may go there`,
      );
    }
    const { href } = request.url;
    if (redactText(href, [...this.#secrets]) === href) return connection;
    throw redirectRefused(from, 'to another connection, with a credential in the address');
  }

  #reachedFrom(from: Connection, request: EgressRequest): Connection {
    try {
      return this.#connectionFor(request);
    } catch {
      throw redirectRefused(from, 'to where no connection of this server leads');
    }
  }

  /** Sends a request with its credential; with a newer one, once, where the third party refuses it. */
  async #authorized(request: EgressRequest, connection: Connection): Promise<Response> {
    if (connection.placement.in === 'none') return this.#repeated(request, connection, null);
    const held = await this.#credentialFor(connection);
    const response = await this.#answered(request, connection, held);
    if (response.status !== UNAUTHORIZED) return response;
    await response.body?.cancel();
    return this.#answered(request, connection, await this.#credentialFor(connection, held.version));
  }

  /** The answer to a request with a credential, unless it is that more scopes are needed. @throws then. */
  async #answered(request: EgressRequest, connection: Connection, held: Held): Promise<Response> {
    const response = await this.#used(request, connection, held);
    await this.#refuseScopes(response, connection, held);
    return response;
  }

  /** Where the third party wants a token to be good for more, its owner can be asked for that. @throws then. */
  async #refuseScopes(response: Response, connection: Connection, { credential }: Held): Promise<void> {
    const scopes = scopesToAskFor(response, connection, credential);
    if (scopes === null) return;
    await response.body?.cancel();
    await this.#parts.onWanted({ connection: connection.id, reason: 'insufficient', scopes });
    throw wanted(connection, 'connection_insufficient');
  }

  async #used(request: EgressRequest, connection: Connection, held: Held): Promise<Response> {
    await this.#parts.onUse(connection, held.version, request).catch((error: unknown) => {
      throw error instanceof GatehouseError ? error : unavailable(connection);
    });
    return this.#repeated(request, connection, held.credential);
  }

  async #credentialFor(connection: Connection, refusedVersion?: number): Promise<Held> {
    const { user, server, credentials, onWanted } = this.#parts;
    const refused = refusedVersion === undefined ? {} : { refusedVersion };
    const answer = await credentials.credentialFor({ user, server, connection, ...refused }).catch(() => {
      throw unavailable(connection);
    });
    if (answer.kind === 'ready' && answer.version !== refusedVersion) return answer;
    const reason = answer.kind === 'missing' ? 'missing' : 'dead';
    // Nobody can connect what is set by the operator.
    if (connection.secret === null) await onWanted({ connection: connection.id, reason, scopes: [] });
    throw wanted(connection, `connection_${reason}`);
  }

  async #repeated(
    request: EgressRequest,
    connection: Connection,
    credential: Credential | null,
  ): Promise<Response> {
    const { retries, wait } = this.#parts;
    const send = () => this.#send(request, connection, credential);
    const response = await repeated(request.method, { retries, send, wait });
    if (!response) throw unreachable(connection);
    return response;
  }

  /** @returns null where the third party was not reached. What the platform says of it may hold the address, with a secret. */
  async #send(
    request: EgressRequest,
    connection: Connection,
    credential: Credential | null,
  ): Promise<Response | null> {
    const { url, headers } = credential === null ? request : this.#placed(request, connection, credential);
    const { method, body } = request;
    try {
      // An answer that a shared cache kept would be one for somebody else's credential.
      return await this.#parts.send(url, { method, headers, body, redirect: 'manual', cache: 'no-store' });
    } catch {
      return null;
    }
  }

  /** What is put into a request is looked for in whatever comes back. */
  #placed(request: EgressRequest, connection: Connection, credential: Credential) {
    for (const secret of secretsOf(connection, credential)) this.#secrets.add(secret);
    return placeCredential(request, connection, credential);
  }
}
