import { setTimeout as passed } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { Connecting } from './support/connecting.ts';
import { SDK_2 } from './support/sdk-2.ts';
import { LINK_CAPABILITIES, signIn, type TestClient } from './support/test-client.ts';

const USER = 'ada';
const CALLS = 100;
const GOOD = { content: [{ type: 'text', text: 'GET /items' }] };

let house: Connecting;
let client: TestClient;
let asked: string[];

beforeAll(async () => {
  house = await Connecting.start();
  client = await signIn(SDK_2, new URL('/mcp/issues', house.origin), USER, LINK_CAPABILITIES);
});
beforeEach(async () => {
  asked = [];
  client.person.open = async ({ url, message }) => {
    asked.push(message);
    await house.connect(USER, url);
    return { action: 'accept' };
  };
  house.thirdParty.accessTokenSeconds = 600;
  await client.call('list');
  asked = [];
});
afterAll(async () => {
  await client.sdk.close();
  await house.stop();
});

const manyCalls = () => Promise.all(Array.from({ length: CALLS }, () => client.call('list')));

/** Connects anew with an access token that is over when this resolves. */
async function withExpiredToken(): Promise<void> {
  house.thirdParty.accessTokenSeconds = 1;
  await house.connect(USER, '/connect/tracker');
  await passed(1100);
}

describe('a third party whose refresh tokens are good once', () => {
  test(`${CALLS} calls at once on an expired token make one refresh, and all succeed`, async () => {
    await withExpiredToken();
    house.thirdParty.accessTokenSeconds = 600;
    const before = house.thirdParty.refreshes;
    for (const result of await manyCalls()) expect(result).toMatchObject(GOOD);
    expect(house.thirdParty.refreshes - before).toBe(1);
  });

  test(`${CALLS} calls at once with a token that was ended there make one refresh, and all succeed`, async () => {
    await house.connect(USER, '/connect/tracker');
    await house.thirdParty.endAccessTokens();
    const before = house.thirdParty.refreshes;
    for (const result of await manyCalls()) expect(result).toMatchObject(GOOD);
    expect(house.thirdParty.refreshes - before).toBe(1);
  });

  test('each refresh uses the token that the last one brought, also after a power cut', async () => {
    const before = house.thirdParty.refreshes;
    await withExpiredToken();
    await client.call('list');
    await house.restart();
    house.thirdParty.accessTokenSeconds = 600;
    expect(await client.call('list')).toMatchObject(GOOD);
    expect(house.thirdParty.refreshes - before).toBe(2);
    expect(house.thirdParty.refusals).toBe(0);
  });

  test('a token endpoint that is away ends nothing: calls fail until it is back, and nobody has to connect', async () => {
    await house.connect(USER, '/connect/tracker');
    await house.thirdParty.endAccessTokens();
    house.thirdParty.isTokenEndpointDown = true;
    expect(await client.call('list')).toMatchObject({ isError: true });
    house.thirdParty.isTokenEndpointDown = false;
    await expect.poll(() => client.call('list'), { timeout: 10_000 }).toMatchObject(GOOD);
    expect(asked).toEqual([]);
  });

  test('a refresh token that is over asks its member to connect again', async () => {
    await withExpiredToken();
    await house.thirdParty.revokeAll();
    expect(await client.call('list')).toMatchObject(GOOD);
    expect(asked).toEqual([expect.stringContaining('has to be connected again')]);
  });
});
