import { randomBytes } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  authorizationUrl,
  Browser,
  postForm,
  type RegisteredClient,
  redeem as redeemAs,
  registered,
  type Tokens,
} from './support/oauth.ts';
import { RawClient } from './support/raw-client.ts';
import { startTestGateway, type TestGateway } from './support/test-gateway.ts';
import { statusOf } from './support/wire.ts';

const ROUNDS = Number(process.env.REDEMPTION_ROUNDS ?? 200);
const PARALLEL = 20;

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

const newCode = () => browser.approve(authorization);
const redeem = (code: string) => redeemAs(gateway.origin, client, code);
const refresh = (refresh_token: string, more: Record<string, string> = {}) =>
  postForm(`${gateway.origin}/oauth/token`, {
    client_id: client.client_id,
    grant_type: 'refresh_token',
    refresh_token,
    ...more,
  });

async function newTokens(): Promise<Tokens> {
  return (await (await redeem(await newCode())).json()) as Tokens;
}

/** What the MCP endpoint answers to an access token: 200 while it lives, 401 when it does not. */
function statusWith(accessToken: string): Promise<number> {
  const mcp = new RawClient(`${gateway.origin}/mcp/memory`, accessToken);
  return statusOf(mcp.modern('server/discover'));
}

describe('RFC 6749 section 4.1.2: an authorization code', () => {
  test(`that ${PARALLEL} requests redeem at once leaves at most one live set of tokens, in ${ROUNDS} rounds`, {
    timeout: 300_000,
  }, async () => {
    for (let round = 0; round < ROUNDS; round++) {
      const code = await newCode();
      const answers = await Promise.all(Array.from({ length: PARALLEL }, () => redeem(code)));
      const issued = await Promise.all(
        answers.filter(answer => answer.ok).map(async answer => (await answer.json()) as Tokens),
      );
      expect(new Set(issued.map(tokens => tokens.access_token)).size).toBeLessThanOrEqual(1);
    }
  });

  test('that comes again revokes the tokens it brought', async () => {
    const code = await newCode();
    const { access_token, refresh_token } = (await (await redeem(code)).json()) as Tokens;
    expect(await statusWith(access_token)).toBe(200);
    expect((await redeem(code)).status).toBe(400);
    expect(await statusWith(access_token)).toBe(401);
    expect((await refresh(refresh_token)).status).toBe(400);
  });
});

describe('RFC 9700 section 4.14.2: a refresh token', () => {
  test('that is asked with twice, word for word, gets the same answer, one after the other or all at once', async () => {
    const { refresh_token } = await newTokens();
    const answers = await Promise.all(Array.from({ length: PARALLEL }, () => refresh(refresh_token)));
    const bodies = await Promise.all(answers.map(answer => answer.text()));
    expect(new Set(bodies).size).toBe(1);
    expect(await (await refresh(refresh_token)).text()).toBe(bodies[0]);
    const renewed = JSON.parse(bodies[0] ?? '') as Tokens;
    expect(await statusWith(renewed.access_token)).toBe(200);
    expect((await refresh(renewed.refresh_token)).status).toBe(200);
  });

  test('that comes again in another request ends its whole family', async () => {
    const first = await newTokens();
    const second = (await (await refresh(first.refresh_token)).json()) as Tokens;
    const replay = await refresh(first.refresh_token, { scope: 'mcp' });
    expect([replay.status, await replay.json()]).toEqual([
      400,
      { error: 'invalid_grant', error_description: expect.stringContaining('was used before') },
    ]);
    expect(await statusWith(first.access_token)).toBe(401);
    expect(await statusWith(second.access_token)).toBe(401);
    expect((await refresh(second.refresh_token)).status).toBe(400);
  });

  test("cannot be used up or answered by another client's request", async () => {
    const { refresh_token, access_token } = await newTokens();
    const other = await registered(gateway.origin);
    expect((await refresh(refresh_token, { client_id: other.client_id })).status).toBe(400);
    expect(await statusWith(access_token)).toBe(200);
    expect((await refresh(refresh_token)).status).toBe(200);
  });
});

test('a revoked token is worth nothing from the next request on', async () => {
  const { access_token, refresh_token } = await newTokens();
  expect(await statusWith(access_token)).toBe(200);
  const revoked = await postForm(`${gateway.origin}/oauth/revoke`, {
    client_id: client.client_id,
    token: refresh_token,
  });
  expect(revoked.status).toBe(200);
  expect(await statusWith(access_token)).toBe(401);
});

test('tokens that were made up wake nobody, and leave nothing behind', async () => {
  const before = accounts();
  expect(before).toBeGreaterThan(0);
  const { access_token } = await newTokens();
  const [userId = '', grantId = ''] = access_token.split(':');
  const forged = Array.from({ length: 50 }, (_, number) => {
    const changed =
      number % 2 === 0
        ? userId.replace(/\.[^.]+$/, `.${randomBytes(16).toString('base64url')}`)
        : `u${number}`;
    return `${changed}:${grantId}:${randomBytes(24).toString('base64url')}`;
  });
  for (const made of forged) {
    expect(await statusWith(made)).toBe(401);
    expect((await refresh(made)).status).toBe(400);
  }
  expect(accounts()).toBe(before);
});

/** How many accounts have ever stored anything. */
function accounts(): number {
  return readdirSync(`${gateway.stateDir}/v3/do`, { recursive: true, encoding: 'utf8' }).filter(
    path => path.includes('Account') && path.endsWith('.sqlite'),
  ).length;
}
