/** A proof of who a user is: a sign-in at a browser, a client that has proved itself, or a token of another issuer. */
export interface Proof {
  /** When it was made, Unix time in milliseconds. */
  readonly provedAtMs: number;
  /** By whose clock that is. One that is not ours may be ahead or behind. */
  readonly clock: 'ours' | 'foreign';
  /** What it belongs to that can be ended by itself, see {@link signInSource} and {@link clientSource}. */
  readonly source: string;
}

/** The source of the proofs that one sign-in at one browser is. */
export function signInSource(signInId: string): string {
  return `sign-in:${signInId}`;
}

/** The source of all proofs that a client brings for a user. */
export function clientSource(client: string): string {
  return `client:${client}`;
}
