import type { Device } from './device.ts';
import { eventsOf } from './raw-client.ts';

/** How soon what is no longer allowed must have ended (security requirement 10). */
export const REVOCATION_LIMIT_MS = 1000;

/** Opens a stream, waits for its first event, and tells when it has ended. */
export async function openStream(response: Response): Promise<{ ended: Promise<void> }> {
  const events = eventsOf(response);
  await events.next();
  const drain = async () => {
    for await (const _event of events);
  };
  return { ended: drain().catch(() => {}) };
}

/** A session and the open streams of both eras of one device. */
export async function openAll(device: Device) {
  const session = await device.mcp.initialize();
  const own = await openStream(await session.get());
  const listening = await openStream(await device.listen());
  return { session, ended: Promise.all([own.ended, listening.ended]) };
}

/** Does something, and waits for what must follow from it; returns the milliseconds in between. */
export async function timed(act: () => Promise<unknown>, ...follows: Promise<unknown>[]): Promise<number> {
  const begin = performance.now();
  await act();
  await Promise.all(follows);
  return performance.now() - begin;
}
