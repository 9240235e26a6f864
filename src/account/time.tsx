import { relativeTime } from './relative-time.ts';

/** How long ago something was, with the exact time for machines and on hover. Unix times in milliseconds. */
export function Ago({ atMs, nowMs }: { atMs: number; nowMs: number }) {
  const iso = new Date(atMs).toISOString();
  return (
    <time datetime={iso} title={iso}>
      {relativeTime(atMs, nowMs)}
    </time>
  );
}
