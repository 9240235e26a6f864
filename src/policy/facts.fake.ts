import type { Called, Caller, Facts } from './facts.ts';

/** A call of Ada's, at noon UTC of a Wednesday, as a test wants it. */
export function someFacts(
  args: Facts['arguments'],
  { caller = {}, called = {} }: { caller?: Partial<Caller>; called?: Partial<Called> } = {},
): Facts {
  return {
    caller: {
      tenant: 'acme',
      subject: 'ada',
      client: 'editor',
      roles: ['member'],
      groups: ['engineering', 'on-call'],
      country: 'DE',
      ...caller,
    },
    called: {
      tenant: 'acme',
      server: 'files',
      kind: 'tool',
      name: 'remove',
      annotations: {},
      connections: ['github'],
      ...called,
    },
    arguments: args,
    atMs: Date.parse('2026-11-25T12:00:00Z'),
  };
}
