import type { TestClient } from './test-client.ts';

/** The tools as the server has them now: clients of 2026-07-28 keep lists for as long as they are told to. */
export function freshTools({ sdk }: TestClient): ReturnType<TestClient['sdk']['listTools']> {
  const listTools = sdk.listTools.bind(sdk) as (
    params: object,
    options: object,
  ) => ReturnType<typeof sdk.listTools>;
  return listTools({}, { cacheMode: 'bypass' });
}
