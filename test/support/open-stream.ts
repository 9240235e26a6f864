import { eventsOf } from './raw-client.ts';

/** How soon what is no longer allowed must have ended (security requirement 10). */
export const REVOCATION_LIMIT_MS = 1000;

/** Waits for the first event of a stream, and tells when the stream has ended. */
export async function openStream(response: Response): Promise<{ ended: Promise<void> }> {
  const events = eventsOf(response);
  await events.next();
  const drain = async () => {
    for await (const _event of events);
  };
  return { ended: drain().catch(() => {}) };
}

/** Does something, and waits for what must follow from it; returns the milliseconds in between. */
export async function timed(act: () => Promise<unknown>, ...follows: Promise<void>[]): Promise<number> {
  const begin = performance.now();
  await act();
  await Promise.all(follows);
  return performance.now() - begin;
}
