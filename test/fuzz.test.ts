import { expect, inject, test } from 'vitest';
import { malformed } from './support/malformed.ts';
import { sendHttp } from './support/raw-http.ts';
import { seeded } from './support/seed.ts';
import { resultOf, statusOf, wireClient } from './support/wire.ts';

const REQUESTS = Number(process.env.FUZZ_REQUESTS ?? 300);
const CONCURRENCY = 8;
const PATH = '/mcp/everything';

test(`${REQUESTS} malformed requests are all answered, within 5 s each and never with a fault of ours`, {
  timeout: 60_000 + REQUESTS * 100,
}, async () => {
  const random = seeded('malformed requests');
  const client = await wireClient(inject('origin'), PATH, 'eve');
  const { id: sessionId } = await client.initialize({ elicitation: {} });
  const bystander = await client.initialize();
  const target = { token: client.token, sessionId, path: PATH };
  const requests = Array.from({ length: REQUESTS }, () => malformed(random, target));
  const bad: unknown[] = [];
  let next = 0;
  const sender = async () => {
    for (let request = requests[next++]; request; request = requests[next++]) {
      const { status, elapsedMs, text } = await sendHttp(inject('origin'), request).catch(error => ({
        status: 0,
        elapsedMs: 0,
        text: String(error),
      }));
      if (status >= 500 || status < 200 || elapsedMs > 5000) bad.push({ status, elapsedMs, text, request });
    }
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, sender));
  expect(bad).toEqual([]);
  expect(await resultOf(bystander.request(1, 'ping'))).toEqual({});
  expect(await statusOf(client.modern('tools/list'))).toBe(200);
});
