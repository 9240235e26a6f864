import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ROOT } from '../src/cli/wrangler-process.ts';
import { exceptionFor, exceptions } from './matrix/exceptions.ts';
import { KINDS } from './matrix/kinds.ts';
import type { Cell, Era } from './matrix/primitive.ts';
import { PRIMITIVES } from './matrix/primitives.ts';
import { withMatrix } from './matrix/table.ts';
import type { Peer } from './support/peers/peer.ts';
import { RawClient } from './support/raw-client.ts';
import { SDK_1 } from './support/sdk-1.ts';
import { SDK_2 } from './support/sdk-2.ts';
import { type ClientLine, LINK_CAPABILITIES, signIn } from './support/test-client.ts';
import { startTestGateway, type TestGateway } from './support/test-gateway.ts';

const DOCUMENT = join(ROOT, 'docs/compatibility.md');

const CLIENTS: readonly (readonly [Era, ClientLine])[] = [
  ['2025', SDK_1],
  ['2026', SDK_2],
];

/** What is told without being asked for arrives at once, but the machine may be busy. */
const PATIENCE_MS = 10_000;
/** What cannot come is not waited for as long. */
const SHORT_PATIENCE_MS = 300;

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startTestGateway({}, { EGRESS_ALLOW_LOOPBACK: 'true' });
});
afterAll(() => gateway.stop());

describe.each(KINDS)('a server of kind $name', ({ name: kind, server, add }) => {
  let peer: Peer | undefined;
  beforeAll(async () => {
    peer = await add(gateway);
  });
  afterAll(() => peer?.stop());

  describe.each(CLIENTS)('to a client of %s', (era, line) => {
    let cell: Omit<Cell, 'patienceMs'>;
    beforeAll(async () => {
      const url = new URL(`/mcp/${server}`, gateway.origin);
      const client = await signIn(line, url, 'ada', LINK_CAPABILITIES);
      cell = { era, client, raw: new RawClient(url.href, client.identity.accessToken ?? '') };
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

test('every exception is about a cell that there is, and gives a reason', () => {
  const names = { primitives: PRIMITIVES.map(({ name }) => name), kinds: KINDS.map(({ name }) => name) };
  for (const { primitive, kinds = [], reason } of exceptions) {
    expect(names.primitives).toContain(primitive);
    expect(names.kinds).toEqual(expect.arrayContaining([...kinds]));
    expect(reason.length).toBeGreaterThan(20);
  }
});

test('docs/compatibility.md shows the matrix as it is', async () => {
  const written = await readFile(DOCUMENT, 'utf8');
  const current = withMatrix(written);
  if (process.env.UPDATE_DOCS) await writeFile(DOCUMENT, current);
  else expect(written).toBe(current);
});
