import type { WantsAnswer } from '../../vault/connection-wants.ts';
import type { ConnectDesk, Needed } from './connect-desk.ts';

/** A connection that nobody has made yet, and that whoever calls can make. */
export const NEEDED: Needed = {
  id: 'tracker',
  name: 'Tracker',
  reason: 'missing',
  scopes: [],
  by: 'asker',
  seenAtMs: null,
  isThere: false,
};

/** How a fake desk answers; what is left out is as for {@link NEEDED}. */
export interface FakeDeskParts {
  readonly wants?: Partial<WantsAnswer>;
  readonly needed?: Partial<Needed>;
  /** One per time that is waited. */
  readonly connected?: boolean[];
  /** The vault cannot be asked. */
  readonly isDown?: boolean;
}

/** A desk in memory, with what it was asked to wait for. */
export function fakeDesk({ wants, needed, connected = [], isDown = false }: FakeDeskParts = {}) {
  const waits: { connection: string; seenAtMs: number | null; waitMs: number }[] = [];
  const desk: ConnectDesk = {
    async wantsSince() {
      if (isDown) throw new Error('the account is away');
      return {
        wants: [{ connection: 'tracker', reason: 'missing', scopes: [] }],
        mayHaveActed: false,
        ...wants,
      };
    },
    async look({ connection, reason, scopes }) {
      return { ...NEEDED, id: connection, reason, scopes, ...needed };
    },
    async link({ id, scopes }) {
      return `https://mcp.example/connect/${id}?ticket=${['t', ...scopes].join('-')}`;
    },
    async awaitConnected(connection, seenAtMs, waitMs) {
      waits.push({ connection, seenAtMs, waitMs });
      if (isDown) throw new Error('the account is away');
      return connected.shift() ?? false;
    },
  };
  return { desk, waits };
}
