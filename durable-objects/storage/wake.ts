/**
 * Sets the alarm of an object, unless it is set for earlier already. An object has but one: whoever shares it does at each
 * alarm what is due, and asks again for what is not.
 * @param atMs Unix time in milliseconds.
 */
export async function wakeBy(storage: DurableObjectStorage, atMs: number): Promise<void> {
  const setForMs = await storage.getAlarm();
  if (setForMs === null || setForMs > atMs) await storage.setAlarm(atMs);
}
