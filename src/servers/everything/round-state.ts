import { createRequestStateCodec, type ServerContext } from '@modelcontextprotocol/server';

/** What earlier rounds of one tool have established, field by field. */
export type Held = Readonly<Record<string, string>>;

interface RoundState {
  readonly tool: string;
  readonly held: Held;
}

/**
 * Signs state between rounds. The key is public, and that is deliberate: the isolate may be replaced between
 * two rounds and has nowhere to keep a key, while nothing that this development-only fixture remembers is
 * worth forging. A server that guards anything must be given a real key.
 */
const codec = createRequestStateCodec<RoundState>({
  key: 'everything: a fixture key that protects nothing of value',
  ttlSeconds: 3600,
  bind: ctx => ctx.mcpReq.method,
});

/** The check for `ServerOptions.requestState`: state that was altered or is too old is answered `-32602`. */
export const verifyRoundState = codec.verify;

/** Signs what a tool has established, to be echoed by the client in the next round. Not encrypted. */
export function holdFor(ctx: ServerContext, tool: string, held: Held = {}): Promise<string> {
  return codec.mint({ tool, held }, ctx);
}

/** What this tool established in earlier rounds; undefined in a first round or with another tool's state. */
export function heldBy(ctx: ServerContext, tool: string): Held | undefined {
  const state = ctx.mcpReq.requestState<RoundState>();
  return state?.tool === tool ? state.held : undefined;
}
