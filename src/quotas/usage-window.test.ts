import { expect, test } from 'vitest';
import { seededRandom } from '../crypto/random.fake.ts';
import { type Demand, granularityMs } from './demand.ts';
import { UsageWindow } from './usage-window.ts';

test('no window has more than its maximum, and where each is counted singly it is as an exact log has it', () => {
  const random = seededRandom();
  for (let round = 0; round < 1000; round++) {
    const max = 1 + random.below(200);
    const windowMs = 1000 * (1 + random.below(60));
    const demand: Demand = { rule: 'r', count: 'calls', max, windowMs, amount: 1 };
    const window = new UsageWindow();
    const log: number[] = [];
    let nowMs = 1_000_000;
    for (let step = 0; step < 300; step++) {
      nowMs += random.below(Math.ceil((3 * windowMs) / max));
      const inWindow = log.filter(atMs => atMs + windowMs > nowMs).length;
      const isFree = window.used(windowMs, nowMs) + 1 <= max;
      if (max <= 100) expect(isFree).toBe(inWindow < max);
      else expect(isFree && inWindow >= max).toBe(false);
      if (isFree) {
        window.add(1, granularityMs(demand), nowMs);
        log.push(nowMs);
        continue;
      }
      const freeAtMs = window.freeAtMs(1, max, windowMs) as number;
      expect(freeAtMs).toBeGreaterThan(nowMs);
      expect(new UsageWindow(window.taken).used(windowMs, freeAtMs)).toBeLessThan(max);
    }
    expect(window.taken.length).toBeLessThanOrEqual(102);
  }
});
