import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ApiClient } from './support/api-client.ts';
import { Connecting } from './support/connecting.ts';
import { SDK_2, SDK_2_LEGACY } from './support/sdk-2.ts';
import { findStored, type StoredFile, storedFiles } from './support/stored-files.ts';
import { recordKids } from './support/stored-records.ts';
import { type ClientLine, LINK_CAPABILITIES, signIn } from './support/test-client.ts';
import { LETTERS_KEY, THIRD_PARTY_CLIENT } from './support/third-party.ts';

const WRONG_KEY = `wrong-key-${randomBytes(12).toString('hex')}`;

let house: Connecting;
/** All that people, their clients and programs were shown. */
const shown: string[] = [];

beforeAll(async () => {
  house = await Connecting.start();
  await use(SDK_2, 'ada');
  await use(SDK_2_LEGACY, 'bob');
  const admin = await ApiClient.signIn(house.origin, 'ada');
  for (const [method, path] of [
    ['POST', '/api/v1/admin/keys/vault/rotation'],
    ['GET', '/api/v1/connections'],
  ] as const) {
    shown.push(JSON.stringify((await admin.call(method, path)).body));
  }
});
afterAll(() => house.stop());

/** Connects by OAuth and by a key, calls, refreshes, loses the connection, connects again, ends one. */
async function use(line: ClientLine, user: string): Promise<void> {
  const client = await signIn(line, new URL('/mcp/issues', house.origin), user, LINK_CAPABILITIES);
  const keys = [WRONG_KEY];
  client.person.open = async link => {
    const key = link.message.includes('Letters') ? keys.pop() : undefined;
    shown.push(JSON.stringify(link), (await house.connect(user, link.url, key)).text);
    return { action: 'accept' };
  };
  const call = async (tool: string) => shown.push(JSON.stringify(await client.call(tool)));
  await call('list');
  await call('letters');
  await house.thirdParty.endAccessTokens();
  await call('list');
  shown.push((await house.connect(user, '/connect/tracker')).text);
  await house.thirdParty.endAccessTokens();
  house.thirdParty.isTokenEndpointDown = true;
  await call('list');
  house.thirdParty.isTokenEndpointDown = false;
  shown.push((await house.connect(user, '/connect/tracker')).text);
  await house.thirdParty.revokeAll();
  await call('list');
  await house.disconnect(user, 'letters');
  await client.sdk.close();
}

function planted(): Map<string, string> {
  const tokens = house.thirdParty.tokens.map((token, at) => [`token ${at}`, token] as const);
  const keys = [
    ['entered key', LETTERS_KEY],
    ['entered key that is wrong', WRONG_KEY],
    ['secret of the client', THIRD_PARTY_CLIENT.secret],
  ] as const;
  return new Map([...tokens, ...keys]);
}

test('no credential can be read on disk, write-ahead logs included, in any encoding', () => {
  const files = storedFiles(house.gateway.stateDir);
  expect(files.some(({ path }) => path.endsWith('-wal'))).toBe(true);
  expect(house.thirdParty.tokens.length).toBeGreaterThan(7);
  expect([...planted().values()].every(text => text.length >= 16)).toBe(true);
  // That records are found shows that the search looks where they are.
  expect(recordKids(files).length).toBeGreaterThan(0);
  expect(findStored(files, planted())).toEqual([]);
});

test.each([
  ['printed', () => house.gateway.output()],
  ['shown to people and their clients', () => shown.join('\n')],
])('no credential is %s, in any encoding', (what, textOf) => {
  const all: StoredFile = { path: what, bytes: Buffer.from(textOf()) };
  expect(all.bytes.length).toBeGreaterThan(100);
  expect(findStored([all], planted())).toEqual([]);
});
