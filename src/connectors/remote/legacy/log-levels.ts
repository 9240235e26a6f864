import type { InnerNotification } from '../../../protocol/message.ts';
import type { SessionHttp } from './session-http.ts';

/** RFC 5424, least severe first. */
const LEVELS = ['debug', 'info', 'notice', 'warning', 'error', 'critical', 'alert', 'emergency'];

/**
 * Log messages of a session, whose server knows one level for all requests (`logging/setLevel`): it is set to the lowest that any
 * request has wanted, and each request hears what it wants.
 */
export class LogLevels {
  readonly #http: SessionHttp;
  readonly #isOffered: boolean;
  #lowest = LEVELS.length;

  constructor(http: SessionHttp, isOffered: boolean) {
    this.#http = http;
    this.#isOffered = isOffered;
  }

  /** Has messages sent from a level on. A server that refuses stays as it is. */
  async want(level: string | undefined): Promise<void> {
    const rank = LEVELS.indexOf(level ?? '');
    if (!this.#isOffered || rank === -1 || rank >= this.#lowest) return;
    this.#lowest = rank;
    await this.#http.tell({ id: `log-${level}`, method: 'logging/setLevel', params: { level } });
  }
}

/** Whether a request that wants messages from a level on wants this one. */
export function isWantedLog(level: string | undefined, { params }: InnerNotification): boolean {
  const wanted = LEVELS.indexOf(level ?? '');
  return wanted !== -1 && LEVELS.indexOf(String(params?.level)) >= wanted;
}
