const MINUTE_MS = 60_000;
const UNITS = [
  ['year', 365 * 24 * 60 * MINUTE_MS],
  ['month', 30 * 24 * 60 * MINUTE_MS],
  ['day', 24 * 60 * MINUTE_MS],
  ['hour', 60 * MINUTE_MS],
  ['minute', MINUTE_MS],
] as const;

const FORMAT = new Intl.RelativeTimeFormat('en', { numeric: 'always' });

/** How long ago something was, in its largest unit and rounded down: "3 days ago". Unix times in milliseconds. */
export function relativeTime(atMs: number, nowMs: number): string {
  const agoMs = nowMs - atMs;
  const [unit, ms] = UNITS.find(([, length]) => agoMs >= length) ?? [];
  // What was noted a minute ago at most is as good as now, and clocks differ.
  return unit === undefined ? 'just now' : FORMAT.format(-Math.floor(agoMs / ms), unit);
}
