import { connectionOf } from '../connection.fake.ts';
import type { CredentialAnswer, CredentialQuestion } from '../credential.ts';
import { Exchange, type ExchangeParts } from './exchange.ts';
import type { EgressRequest } from './redirect.ts';

/** What a third party was sent. */
export interface Sent {
  readonly address: string;
  readonly method: string;
  readonly authorization: string | null;
  readonly body: string | null;
  readonly cache: string | undefined;
  readonly redirect: string | undefined;
}

/** Answers of third parties, in their order; null where they are not reached. */
export type Script = readonly (Response | null)[];

/** A credential of a version. */
export function readyAnswer(version: number, value = `credential no. ${version}`): CredentialAnswer {
  return { kind: 'ready', version, credential: { kind: 'secret', value } };
}

/** An exchange with scripted third parties and credentials that writes down what it does. */
export function scriptedExchange(script: Script, change: Partial<ExchangeParts> = {}) {
  const sent: Sent[] = [];
  const waits: number[] = [];
  const wanted: string[] = [];
  const uses: string[] = [];
  const asked: CredentialQuestion[] = [];
  const exchange = new Exchange({
    user: { tenant: 'acme', subject: 'ada' },
    server: 'board',
    connections: [connectionOf()],
    credentials: {
      async credentialFor(question) {
        asked.push(question);
        return readyAnswer((question.refusedVersion ?? 0) + 1);
      },
    },
    allowLoopback: false,
    retries: { maxRetries: 2, maxWaitMs: 1000 },
    async send(url, { method = '', headers, body, cache, redirect }) {
      const authorization = new Headers(headers).get('authorization');
      const text = body ? new TextDecoder().decode(body as Uint8Array) : null;
      sent.push({ address: url.href, method, authorization, body: text, cache, redirect });
      const answer = script[sent.length - 1];
      if (!answer) throw new TypeError(`connect failed: ${url.href}`);
      return answer;
    },
    async wait(ms) {
      waits.push(ms);
    },
    async onUse({ id }, version, { url, headers }) {
      uses.push(`${id} ${version} ${url.href} ${headers.get('authorization')}`);
    },
    async onWanted({ connection, scopes }) {
      wanted.push([connection, ...scopes].join(' '));
    },
    ...change,
  });
  return { exchange, sent, waits, wanted, uses, asked };
}

/** A request of tool code. */
export function requestOf(address: string, method = 'GET', text: string | null = null): EgressRequest {
  const body = text === null ? null : Uint8Array.from(new TextEncoder().encode(text));
  return { url: new URL(address), method, headers: new Headers(), body };
}

/** A redirect, as a third party answers it. */
export function redirectTo(location: string, status = 302): Response {
  return new Response(null, { status, headers: { location } });
}
