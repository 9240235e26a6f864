import type { Connection } from './connection.ts';

/** A connection of a third party at `https://api.tracker.example`, with a bearer token that each user connects. */
export function connectionOf(change: Partial<Connection> = {}): Connection {
  return {
    id: 'tracker',
    name: 'Tracker',
    owner: 'user',
    tenants: null,
    origins: ['https://api.tracker.example'],
    methods: [],
    paths: [],
    placement: { in: 'bearer' },
    oauth: null,
    secret: null,
    ...change,
  };
}
