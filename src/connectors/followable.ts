import type { Connector } from './connector.ts';
import { askAll } from './gather.ts';
import type { Upstream } from './upstream.ts';

/** The servers that a caller may be told something of. One that cannot say now what it offers is among them: it may, soon. */
export async function followable(
  upstreams: readonly Upstream[],
  timeoutMs: number,
): Promise<readonly Connector[]> {
  const outcomes = await Promise.allSettled(
    askAll(upstreams, timeoutMs, async ({ definitions }) => (await definitions()).isDenied === true),
  );
  return upstreams
    .filter((_upstream, index) => {
      const outcome = outcomes[index];
      return outcome?.status !== 'fulfilled' || !outcome.value;
    })
    .map(({ connector }) => connector);
}
