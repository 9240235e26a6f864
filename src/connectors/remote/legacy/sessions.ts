import type { ClientProfile } from '../../../protocol/modern.ts';
import { upstreamFailure } from '../../upstream-failure.ts';
import { askableCapabilities } from './askable.ts';
import type { SessionFeed } from './session-feed.ts';
import type { UpstreamSession } from './upstream-session.ts';

/** A session that is open, with what is heard on its own stream. */
export interface OpenSession {
  readonly session: UpstreamSession;
  readonly feed: SessionFeed;
}

/**
 * The sessions of one caller with one server: one for each way in which clients can be asked, since a server asks for nothing else. So
 * there are no more than fifty.
 */
export class LegacySessions {
  readonly #open = new Map<string, Promise<OpenSession>>();
  #isEnded = false;

  /**
   * The session for a client; opened where there is none. What fails is not remembered.
   * @throws GatehouseError `upstream_failed` once all of them have ended.
   */
  async for(client: ClientProfile, open: () => Promise<OpenSession>): Promise<OpenSession> {
    if (this.#isEnded) throw endedAlready();
    const key = keyOf(client);
    const known = this.#open.get(key);
    if (known) return known;
    const opening = open();
    this.#open.set(key, opening);
    opening.catch(() => this.#delete(key, opening));
    return opening;
  }

  /** A session that its server has lost: the next request opens another one. */
  forget(lost: UpstreamSession): void {
    for (const [key, opening] of this.#open) {
      void opening.then(
        ({ session, feed }) => {
          if (session !== lost) return;
          this.#delete(key, opening);
          feed.stop();
        },
        () => {},
      );
    }
  }

  /** Ends all of them, at their server too; those that are being opened as soon as they are. No more are opened. */
  end(): void {
    this.#isEnded = true;
    for (const opening of this.#open.values()) {
      void opening.then(
        ({ session, feed }) => {
          feed.stop();
          return session.http.end();
        },
        () => {},
      );
    }
    this.#open.clear();
  }

  #delete(key: string, opening: Promise<OpenSession>): void {
    if (this.#open.get(key) === opening) this.#open.delete(key);
  }
}

function keyOf({ capabilities }: ClientProfile): string {
  return JSON.stringify(askableCapabilities(capabilities));
}

function endedAlready(): Error {
  const words = 'The server was changed, or the session ended, while the call was made.';
  return upstreamFailure('upstream_failed', words, 'not-sent');
}
