import { type GatehouseError, reportFault } from '../../errors.ts';
import { readBounded } from '../../identity/bounded-body.ts';
import { operatorFetch } from '../../network/outbound-fetch.ts';
import { requireReachable } from '../../vault/egress/route.ts';
import { invalid } from '../refusal.ts';

const TIMEOUT_MS = 10_000;

/** More than any metadata document has. */
const MAX_BYTES = 256 * 1024;

/** What was answered. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  /** The parsed body; null where it is no JSON. */
  readonly json: unknown;
}

/**
 * Reads what a remote server and its authorization server say of themselves. An operator chose the first address, strangers all that
 * follow from it, so the same hosts may be reached as by the egress, no redirect is followed, and time and size are bounded.
 */
export class MetadataReader {
  readonly #allowLoopback: boolean;

  /** @param allowLoopback setting EGRESS_ALLOW_LOOPBACK. */
  constructor(allowLoopback: boolean) {
    this.#allowLoopback = allowLoopback;
  }

  /**
   * An address that metadata name.
   * @param what it is, for the error.
   * @throws GatehouseError `server_invalid` where the gateway may not go there.
   */
  address(text: string, what: string): URL {
    if (!URL.canParse(text)) throw invalid(`${what} is "${shown(text)}", which is no address.`);
    const url = new URL(text);
    try {
      requireReachable(url, this.#allowLoopback);
    } catch (error) {
      throw invalid(
        `${what} is ${shown(text)}, where the gateway may not go. ${(error as GatehouseError).message}`,
      );
    }
    return url;
  }

  /** @throws GatehouseError `server_invalid` where there is no answer. */
  async read(url: URL, what: string, init: RequestInit = {}): Promise<Answer> {
    this.address(url.href, what);
    try {
      const signal = AbortSignal.timeout(TIMEOUT_MS);
      const answer = await operatorFetch(url, { ...init, signal, redirect: 'manual', cache: 'no-store' });
      const { status, headers } = answer;
      if (isStream(headers)) await answer.body?.cancel();
      const json = isStream(headers) ? null : jsonOf(await (await readBounded(answer, MAX_BYTES)).text());
      return { status, headers, json };
    } catch (error) {
      reportFault('metadata_not_read', error, { what });
      throw invalid(
        `${what} at ${shown(url.href)} cannot be read: there was no answer of at most ${MAX_BYTES} bytes within ${TIMEOUT_MS} ms.`,
      );
    }
  }
}

/** Words of a stranger, as far as they can be shown to an operator. */
export function shown(text: string, maxLength = 200): string {
  return text.replace(/[^\x20-\x7e]/g, '?').slice(0, maxLength);
}

function isStream(headers: Headers): boolean {
  return headers.get('content-type')?.startsWith('text/event-stream') ?? false;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
