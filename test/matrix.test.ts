import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { exceptionFor } from './matrix/exceptions.ts';
import type { StartedKind } from './matrix/kind.ts';
import { KINDS } from './matrix/kinds.ts';
import type { Cell, Era } from './matrix/primitive.ts';
import { PRIMITIVES } from './matrix/primitives.ts';
import { publish } from './support/catalog.ts';
import { RawClient } from './support/raw-client.ts';
import { SDK_1 } from './support/sdk-1.ts';
import { SDK_2 } from './support/sdk-2.ts';
import { type ClientLine, LINK_CAPABILITIES, signIn } from './support/test-client.ts';
import { startTestGateway, type TestGateway } from './support/test-gateway.ts';

const CLIENTS: readonly (readonly [Era, ClientLine])[] = [
  ['2025', SDK_1],
  ['2026', SDK_2],
];

/** What is told without being asked for arrives at once, but the machine may be busy. */
const PATIENCE_MS = 10_000;
/** What cannot come is not waited for as long. */
const SHORT_PATIENCE_MS = 300;

let gateway: TestGateway;
const started = new Map<string, StartedKind>();

beforeAll(async () => {
  await Promise.all(KINDS.map(async kind => started.set(kind.name, await kind.start())));
  const all = [...started.values()];
  const connections = JSON.stringify(all.flatMap(kind => kind.connections ?? []));
  gateway = await startTestGateway({}, { EGRESS_ALLOW_LOOPBACK: 'true', CONNECTIONS: connections });
  for (const { document } of all) if (document) await publish(gateway, document);
});

afterAll(async () => {
  await gateway.stop();
  await Promise.all([...started.values()].map(kind => kind.stop?.()));
});

describe.each(KINDS)('a server of kind $name', ({ name: kind, server }) => {
  describe.each(CLIENTS)('to a client of %s', (era, line) => {
    let cell: Omit<Cell, 'patienceMs'>;
    beforeAll(async () => {
      const url = new URL(`/mcp/${server}`, gateway.origin);
      const client = await signIn(line, url, 'ada', LINK_CAPABILITIES);
      const raw = new RawClient(url.href, client.identity.accessToken ?? '');
      cell = { era, client, raw, count: started.get(kind)?.count };
    });
    afterAll(() => cell.client.sdk.close());

    test.each(PRIMITIVES)('$name', async ({ name, prove }) => {
      cell.client.heard.splice(0);
      const exception = exceptionFor(name, kind, era);
      if (!exception) return void (await prove({ ...cell, patienceMs: PATIENCE_MS }));
      const excepted = prove({ ...cell, patienceMs: SHORT_PATIENCE_MS });
      await expect(excepted, `works, so it is no exception: ${exception.reason}`).rejects.toThrow();
    });
  });
});
