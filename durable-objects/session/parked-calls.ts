import { GatehouseError } from '../../src/errors.ts';
import { pushedRequest } from '../../src/protocol/legacy.ts';
import {
  isObject,
  type JSONRPCRequest,
  type JSONRPCResponse,
  type JsonObject,
} from '../../src/protocol/message.ts';
import type { LegacyRevision } from '../../src/protocol/revision.ts';
import type { SessionStore } from './session-store.ts';

/** A call that waits for the user, with all that its next round needs. */
export interface ParkedCall {
  readonly stream: number;
  readonly round: number;
  readonly method: string;
  readonly params: JsonObject;
  /** What has asked, see `targetOf`. */
  readonly target: string;
  /** The server's state between rounds, as it gave it. */
  readonly requestState?: string;
  /** The server's keys of its questions; a question's number is its place here. */
  readonly keys: readonly string[];
  readonly expiresAtMs: number;
}

/** What came back for a parked call. */
export type Answers =
  | { readonly kind: 'complete'; readonly inputResponses: JsonObject }
  | { readonly kind: 'refused'; readonly message: string };

/** Without leading zeros, so that a question has one id only. */
const REQUEST_ID = /^gatehouse-([1-9]\d{0,8})-(0|[1-9]\d{0,3})-(0|[1-9]\d{0,3})$/;

/**
 * Calls of 2025-era clients that wait for the user. The questions went out as requests on the call's stream;
 * their ids name stream, round and question, so that an answer finds its call after any restart.
 */
export class ParkedCalls {
  readonly #store: SessionStore;

  constructor(store: SessionStore) {
    this.#store = store;
  }

  /** Parks a call and makes the requests that ask its questions. */
  park(call: Omit<ParkedCall, 'keys'>, questions: JsonObject, revision: LegacyRevision): JSONRPCRequest[] {
    const keys = Object.keys(questions);
    const requests = keys.map((key, number) =>
      pushedRequest(
        `gatehouse-${call.stream}-${call.round}-${number}`,
        requireQuestion(questions[key]),
        revision,
      ),
    );
    const sealed = this.#store.seal('parked', `${call.stream}/${call.round}`, 'call', { ...call, keys });
    this.#store.transaction(() => {
      this.forget(call.stream);
      this.#store.exec(
        'INSERT INTO parked (stream, round, questions, is_running, expires_at_ms, call) VALUES (?, ?, ?, 0, ?, ?)',
        call.stream,
        call.round,
        keys.length,
        call.expiresAtMs,
        sealed,
      );
    });
    return requests;
  }

  /**
   * Stores an answer. Returns the call when this was the last answer it waited for: exactly one caller gets
   * it, and from then on it counts as running.
   */
  answer(response: JSONRPCResponse): { call: ParkedCall; answers: Answers } | undefined {
    const [, stream, round, question] = REQUEST_ID.exec(String(response.id))?.map(Number) ?? [];
    const row = stream === undefined ? undefined : this.#row(stream);
    if (!row || row.round !== round || row.is_running === 1 || Number(question) >= row.questions)
      return undefined;
    const sealed = this.#store.seal('answer', `${row.stream}/${round}/${question}`, 'response', response);
    return this.#store.transaction(() => {
      this.#store.exec(
        'INSERT OR IGNORE INTO answer (stream, question, response) VALUES (?, ?, ?)',
        row.stream,
        Number(question),
        sealed,
      );
      const call = this.#open(row);
      const answers = this.#answers(call);
      if (!answers) return undefined;
      this.#store.exec('UPDATE parked SET is_running = 1 WHERE stream = ?', row.stream);
      return { call, answers };
    });
  }

  /** The stream of the call that an answer is for, or undefined where its id is none of ours. */
  static streamOf({ id }: JSONRPCResponse): number | undefined {
    const stream = REQUEST_ID.exec(String(id))?.[1];
    return stream === undefined ? undefined : Number(stream);
  }

  /** Whether a stream's call waits for its user: it was parked, and its next round has not begun. */
  isWaiting(stream: number): boolean {
    return this.#row(stream)?.is_running === 0;
  }

  /** Whether a stream's call has waited for too long. */
  isOverdue(stream: number): boolean {
    const row = this.#row(stream);
    return row?.is_running === 0 && row.expires_at_ms <= Date.now();
  }

  forget(stream: number): void {
    this.#store.exec('DELETE FROM parked WHERE stream = ?', stream);
    this.#store.exec('DELETE FROM answer WHERE stream = ?', stream);
  }

  /** All answers of a call, once the last one is there or one of them is an error. */
  #answers({ stream, round, keys }: ParkedCall): Answers | undefined {
    const responses = this.#store
      .exec<AnswerRow>('SELECT question, response FROM answer WHERE stream = ? ORDER BY question', stream)
      .map(({ question, response }) => ({
        key: keys[question] ?? '',
        response: this.#store.unseal<JSONRPCResponse>(
          'answer',
          `${stream}/${round}/${question}`,
          'response',
          response,
        ),
      }));
    for (const { response } of responses) {
      if ('error' in response) return { kind: 'refused', message: String(response.error.message) };
    }
    if (responses.length < keys.length) return undefined;
    const results = responses.map(({ key, response }) => [key, 'result' in response ? response.result : {}]);
    return { kind: 'complete', inputResponses: Object.fromEntries(results) };
  }

  #row(stream: number): ParkedRow | undefined {
    return this.#store.exec<ParkedRow>('SELECT * FROM parked WHERE stream = ?', stream)[0];
  }

  #open(row: ParkedRow): ParkedCall {
    return this.#store.unseal<ParkedCall>('parked', `${row.stream}/${row.round}`, 'call', row.call);
  }
}

/** The questions of an `input_required` result, by the server's keys. */
export function questionsOf(result: JsonObject): JsonObject {
  return isObject(result.inputRequests) ? result.inputRequests : {};
}

function requireQuestion(question: unknown): JsonObject {
  if (isObject(question) && typeof question.method === 'string') return question;
  throw new GatehouseError('upstream_failed', 'The server asked for input in a form that is no request.');
}

type ParkedRow = {
  stream: number;
  round: number;
  questions: number;
  is_running: number;
  expires_at_ms: number;
  call: ArrayBuffer;
};
type AnswerRow = { question: number; response: ArrayBuffer };
