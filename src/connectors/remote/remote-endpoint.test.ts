import { expect, test } from 'vitest';
import { faultLog, refusal } from '../../errors.fake.ts';
import { type ErrorCode, GatehouseError } from '../../errors.ts';
import { problemResponse } from '../../vault/egress/problem.ts';
import { remoteEndpoint } from './remote-endpoint.ts';

function answering(response: Response) {
  const fetch = async () => response;
  return remoteEndpoint('far', 'https://far.example/mcp', () => ({ fetch }) as unknown as Fetcher);
}

test.each([
  ['connection_missing', 'not-sent'],
  ['connection_dead', 'not-sent'],
  ['credential_unavailable', 'not-sent'],
  ['egress_refused', 'not-sent'],
  ['egress_failed', 'unknown'],
  ['egress_timeout', 'unknown'],
] satisfies [ErrorCode, string][])(
  'what the egress says is told as its own error: %s, of which the effect is %s',
  async (code, outcome) => {
    faultLog();
    const sent = answering(problemResponse(new GatehouseError(code, 'So it is.'))).send({});
    await expect(sent).rejects.toThrow(refusal(code, /^The server "far": So it is\. /));
    await expect(sent).rejects.toMatchObject({ data: { code, outcome } });
  },
);

test.each([200, 202, 204])('a success is handed on as it is: HTTP %i', async status => {
  const response = new Response(null, { status });
  expect(await answering(response).send({})).toBe(response);
});

test.each([400, 404, 500])('an error in JSON-RPC is handed on with its status: HTTP %i', async status => {
  const body = { jsonrpc: '2.0', id: null, error: { code: -32000, message: 'No.' } };
  const response = await answering(Response.json(body, { status })).send({});
  expect(response.status).toBe(status);
  expect(await response.json()).toEqual(body);
});

test.each([
  [401, 'not-sent'],
  [404, 'not-sent'],
  [418, 'not-sent'],
  [500, 'unknown'],
  [302, 'not-sent'],
])(
  'any other answer is a failure with its status: HTTP %i, of which the effect is %s',
  async (status, outcome) => {
    const sent = answering(new Response('secret words', { status })).send({});
    await expect(sent).rejects.toThrow(
      refusal('upstream_failed', new RegExp(`^The server "far" .*HTTP ${status}`)),
    );
    await expect(sent).rejects.toMatchObject({ data: { status, outcome } });
    await expect(sent).rejects.not.toThrow(/secret/);
  },
);

test('of a refusal no more is read than is needed to know it', async () => {
  const error = { code: -32000, message: 'x'.repeat(70_000) };
  const sent = answering(Response.json({ jsonrpc: '2.0', id: 1, error }, { status: 400 })).send({});
  await expect(sent).rejects.toThrow(refusal('upstream_failed', /HTTP 400/));
});
