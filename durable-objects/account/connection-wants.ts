import type { ConnectionWant, WantsQuestion } from '../../src/vault/connection-wants.ts';

/** The most that is remembered of one user; the oldest are forgotten first. */
const MAX_WANTS = 100;

interface DatedWant extends Pick<ConnectionWant, 'server' | 'connection'> {
  readonly atMs: number;
}

/** Which connections a user's tools needed lately. In memory: who asks for it does so within the tool's call. */
export class WantedConnections {
  #wants: readonly DatedWant[] = [];

  add({ server, connection }: ConnectionWant, nowMs: number): void {
    const others = this.#wants.filter(want => want.server !== server || want.connection !== connection);
    this.#wants = [...others, { server, connection, atMs: nowMs }].slice(-MAX_WANTS);
  }

  /** The ids of those of a server since a time. It forgets them. */
  take({ server, sinceMs }: WantsQuestion): string[] {
    const isTaken = (want: DatedWant) => want.server === server && want.atMs >= sinceMs;
    const taken = this.#wants.filter(isTaken);
    this.#wants = this.#wants.filter(want => !isTaken(want));
    return taken.map(({ connection }) => connection);
  }
}
