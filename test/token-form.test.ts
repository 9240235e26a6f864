import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  authorizationUrl,
  Browser,
  REDIRECT_URI,
  type RegisteredClient,
  redeem,
  registered,
  type Tokens,
  VERIFIER,
} from './support/oauth.ts';
import { RawClient } from './support/raw-client.ts';
import { startTestGateway, type TestGateway } from './support/test-gateway.ts';
import { statusOf } from './support/wire.ts';

const PARALLEL = 2;
const ROUNDS = 60;

let gateway: TestGateway;
let client: RegisteredClient;
let browser: Browser;
let authorization: URL;

beforeAll(async () => {
  gateway = await startTestGateway();
  client = await registered(gateway.origin);
  browser = new Browser(gateway.origin);
  authorization = authorizationUrl(gateway.origin, client);
  await browser.signIn(authorization, 'ada');
});

afterAll(() => gateway.stop());

const form = (fields: Record<string, string>) => new URLSearchParams(fields).toString();
const post = (body: string) =>
  fetch(`${gateway.origin}/oauth/token`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body,
  });
const statusWith = (token: string) =>
  statusOf(new RawClient(`${gateway.origin}/mcp/memory`, token).modern('server/discover'));

/** `URLSearchParams` drops a leading question mark, `Request.formData()` does not. */
describe('a form that two parsers read differently', () => {
  test('does not get a used refresh token past the record of used ones', async () => {
    const first = (await (
      await redeem(gateway.origin, client, await browser.approve(authorization))
    ).json()) as Tokens;
    const refresh = form({
      grant_type: 'refresh_token',
      client_id: client.client_id,
      refresh_token: first.refresh_token,
    });
    const second = (await (await post(refresh)).json()) as Tokens;
    const [user] = first.refresh_token.split(':');
    const replay = await post(`?grant_type=authorization_code&code=${user}:x:y&${refresh}`);
    expect(replay.status).toBe(400);
    expect(await statusWith(second.access_token)).toBe(200);
  });

  test(`does not get ${PARALLEL} redemptions of a code past the line, in ${ROUNDS} rounds`, async () => {
    for (let round = 0; round < ROUNDS; round++) {
      const code = await browser.approve(authorization);
      const body = form({
        grant_type: 'authorization_code',
        code,
        client_id: client.client_id,
        redirect_uri: REDIRECT_URI,
        code_verifier: VERIFIER,
      });
      const answers = await Promise.all(Array.from({ length: PARALLEL }, () => post(`?code=none&${body}`)));
      const issued = await Promise.all(
        answers.filter(({ ok }) => ok).map(async answer => (await answer.json()) as Tokens),
      );
      const live = await Promise.all(issued.map(({ access_token }) => statusWith(access_token)));
      expect(live.filter(status => status === 200).length).toBeLessThanOrEqual(1);
    }
  });
});
