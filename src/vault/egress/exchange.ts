import { GatehouseError } from '../../errors.ts';
import type { UserName } from '../../grants/user-id.ts';
import type { Connection } from '../connection.ts';
import type { WantReason } from '../connection-wants.ts';
import type { Credential, CredentialSource } from '../credential.ts';
import { placeCredential, secretsOf } from './placement.ts';
import { type EgressRequest, MAX_REDIRECTS, redirected } from './redirect.ts';
import { type RetryLimits, retryDelayMs } from './retry.ts';
import { connectionFor } from './route.ts';

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
  send(url: URL, init: RequestInit): Promise<Response>;
  /** @throws where the exchange has ended meanwhile. */
  wait(ms: number): Promise<void>;
  /** Somebody has to connect first. */
  onWanted(connection: Connection, reason: WantReason): Promise<void>;
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
   *   `credential_unavailable`.
   */
  async run(first: EgressRequest): Promise<Exchanged> {
    let request = first;
    let connection = this.#connectionFor(first);
    for (let hops = 0; ; hops += 1) {
      const response = await this.#authorized(request, connection);
      const next = redirected(request, response.status, response.headers.get('location'));
      if (next === null) return { response, secrets: [...this.#secrets] };
      await response.body?.cancel();
      if (hops === MAX_REDIRECTS) throw tooManyRedirects();
      connection = this.#redirectedTo(next, connection);
      request = next;
    }
  }

  #connectionFor(request: EgressRequest): Connection {
    return connectionFor(request, this.#parts.connections, this.#parts.allowLoopback);
  }

  /** A third party may not have another one changed with that one's credential. */
  #redirectedTo(request: EgressRequest, from: Connection): Connection {
    const connection = this.#connectionFor(request);
    if (connection.id === from.id || ['GET', 'HEAD'].includes(request.method)) return connection;
    throw new GatehouseError(
      'egress_refused',
      `The connection "${from.id}" redirects a ${request.method} to the connection "${connection.id}". Only GET and HEAD may go from one to another.`,
      { reason: 'redirect' },
    );
  }

  /** Sends a request with its credential; with a newer one, once, where the third party refuses it. */
  async #authorized(request: EgressRequest, connection: Connection): Promise<Response> {
    const held = await this.#credentialFor(connection);
    const response = await this.#repeated(request, connection, held.credential);
    if (response.status !== 401) return response;
    await response.body?.cancel();
    const newer = await this.#credentialFor(connection, held.version);
    return this.#repeated(request, connection, newer.credential);
  }

  async #credentialFor(connection: Connection, refusedVersion?: number): Promise<Held> {
    const { user, server, credentials, onWanted } = this.#parts;
    const refused = refusedVersion === undefined ? {} : { refusedVersion };
    const answer = await credentials.credentialFor({ user, server, connection, ...refused }).catch(() => {
      throw unavailable(connection);
    });
    if (answer.kind === 'ready' && answer.version !== refusedVersion) return answer;
    const reason = answer.kind === 'missing' ? 'missing' : 'dead';
    await onWanted(connection, reason);
    throw wanted(connection, reason);
  }

  /** Sends a request, again where that may help and cannot hurt. */
  async #repeated(request: EgressRequest, connection: Connection, credential: Credential): Promise<Response> {
    for (let sent = 1; ; sent += 1) {
      const response = await this.#send(request, connection, credential);
      const delayMs = retryDelayMs(
        {
          method: request.method,
          status: response?.status ?? null,
          retryAfter: response?.headers.get('retry-after') ?? null,
          sent,
          nowMs: Date.now(),
          chance: Math.random(),
        },
        this.#parts.retries,
      );
      if (delayMs === null && response) return response;
      if (delayMs === null) throw unreachable(connection);
      await response?.body?.cancel();
      await this.#parts.wait(delayMs);
    }
  }

  /** @returns null where the third party was not reached. What the platform says of it may hold the address, with a secret. */
  async #send(
    request: EgressRequest,
    connection: Connection,
    credential: Credential,
  ): Promise<Response | null> {
    for (const secret of secretsOf(connection, credential)) this.#secrets.add(secret);
    const { url, headers } = placeCredential(request, connection, credential);
    const { method, body } = request;
    const sent = this.#parts.send(url, { method, headers, body, redirect: 'manual' });
    return sent.catch((error: unknown) => {
      if (error instanceof GatehouseError) throw error;
      return null;
    });
  }
}

function tooManyRedirects(): GatehouseError {
  return new GatehouseError('egress_failed', `The third party redirects more than ${MAX_REDIRECTS} times.`);
}

function unreachable({ id }: Connection): GatehouseError {
  return new GatehouseError('egress_failed', `The third party of the connection "${id}" cannot be reached.`, {
    connection: id,
  });
}

function unavailable({ id }: Connection): GatehouseError {
  return new GatehouseError(
    'credential_unavailable',
    `The credential of the connection "${id}" cannot be had right now. Nothing was sent; try again later.`,
    { connection: id },
  );
}

function wanted({ id, name }: Connection, reason: WantReason): GatehouseError {
  const words = reason === 'missing' ? 'is not connected yet' : 'has to be connected again';
  return new GatehouseError(`connection_${reason}`, `${name} ${words}.`, { connection: id });
}
