import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Page } from '../src/cli/form-browser.ts';
import { ApiClient } from './support/api-client.ts';
import { Connecting } from './support/connecting.ts';
import { LETTERS_KEY } from './support/third-party.ts';
import { WebBrowser } from './support/web-browser.ts';
import { resultOf, wireClient } from './support/wire.ts';

let house: Connecting;

beforeAll(async () => {
  house = await Connecting.start();
});

afterAll(() => house.stop());

/** The card of a third party on somebody's account page. */
async function cardOf(user: string, name: string, browser = new WebBrowser()): Promise<Page> {
  const { url, text } = await house.open(user, '/account', browser);
  const card = (text.match(/<article.*?<\/article>/gs) ?? []).find(each =>
    each.includes(`<bdi>${name}</bdi>`),
  );
  if (card === undefined) throw new Error(`there is no card of ${name}`);
  return new Page(url, 200, card);
}

/** What the API says of one of somebody's credentials. */
async function credentialOf(client: ApiClient, id: string): Promise<Record<string, unknown> | undefined> {
  const { body } = await client.get('/api/v1/credentials');
  return (body.credentials as Record<string, unknown>[]).find(each => each.id === id);
}

describe('the account page', () => {
  test('shows what tools would use, for which servers, and where it is connected', async () => {
    const { text } = await cardOf('bob', 'Tracker');
    for (const part of ['Your own account. Used by Issues.', 'Not connected.', 'href="/connect/tracker"'])
      expect(text).toContain(part);
    expect(text).not.toContain('Disconnect');
  });

  test('shows what is connected, since when and how long its token is good, and ends it', async () => {
    await house.connect('bob', '/connect/tracker');
    const browser = new WebBrowser();
    const card = await cardOf('bob', 'Tracker', browser);
    expect(card.text).toMatch(/Connected\..*its token is good until.*\d\d UTC/s);
    const after = await browser.submit(card);
    expect(after.text).toContain('The account is disconnected, and its credential is deleted here.');
    expect((await cardOf('bob', 'Tracker')).text).toContain('Not connected.');
  });

  test('says of a connection that is no longer good that tools fail until it is connected again', async () => {
    await house.connect('eve', '/connect/tracker');
    await house.thirdParty.revokeAll();
    const eve = await wireClient(house.origin, '/mcp/issues', 'eve');
    await resultOf(eve.modern('tools/call', { name: 'list', arguments: {} }));
    const { text } = await cardOf('eve', 'Tracker');
    expect(text).toContain('No longer good: tools that need it fail until it is connected again.');
    expect(text).toContain('Connect again');
    await house.connect('eve', '/connect/tracker');
    expect((await cardOf('eve', 'Tracker')).text).toContain('Connected.');
  });

  test("leaves an organisation's and a server's to operators", async () => {
    await house.connect('olivia', '/connect/shared');
    await house.connect('olivia', '/connect/robot?server=issues');
    for (const name of ['Shared', 'Robot']) {
      expect((await cardOf('bob', name)).text).toMatch(/Connected\./);
      expect((await cardOf('bob', name)).text).not.toContain('<form');
      expect((await cardOf('olivia', name)).text).toContain('Disconnect');
    }
    const browser = new WebBrowser();
    const own = await cardOf('olivia', 'Shared', browser);
    const bobs = new WebBrowser();
    const page = await house.open('bob', '/connect/letters', bobs);
    const form = { ...own.hiddenFields, csrf: page.hiddenFields.csrf ?? '' };
    const refused = await bobs.submit(new Page(own.url, 200, own.text), form);
    expect([refused.status, refused.text]).toEqual([403, expect.stringContaining('not yours to change')]);
    expect((await cardOf('bob', 'Shared')).text).toContain('Connected.');
  });
});

describe("a server's own credential", () => {
  test('is shown with its server, which needs no naming where there is only one', async () => {
    const page = await house.open('olivia', '/connect/robot');
    expect(page.text).toContain('The server &quot;issues&quot; of your organisation');
  });

  test.each(['nothing', 'everything'])(
    'is not there for a server that does not use it (%s)',
    async server => {
      const page = await house.open('olivia', `/connect/robot?server=${server}`);
      expect(page.status).toBe(404);
    },
  );
});

describe('the API', () => {
  test('says how each stands and never what it is', async () => {
    const client = await ApiClient.signIn(house.origin, 'aidan');
    expect(await credentialOf(client, 'letters')).toEqual({
      id: 'letters',
      name: 'Letters',
      owner: 'user',
      servers: ['Issues'],
      origins: [house.thirdParty.issuer],
      state: 'missing',
      connectedAt: null,
      expiresAt: null,
      connectUrl: `${house.origin}/connect/letters`,
    });
    await house.connect('aidan', '/connect/letters');
    await house.connect('aidan', '/connect/tracker');
    const { body } = await client.get('/api/v1/credentials');
    expect(await credentialOf(client, 'letters')).toMatchObject({ state: 'connected', expiresAt: null });
    expect(await credentialOf(client, 'tracker')).toMatchObject({ expiresAt: expect.stringMatching(/Z$/) });
    for (const secret of [LETTERS_KEY, ...house.thirdParty.tokens])
      expect(JSON.stringify(body)).not.toContain(secret);
  });

  test('disconnects, once', async () => {
    const client = await ApiClient.signIn(house.origin, 'aidan');
    await house.connect('aidan', '/connect/letters');
    expect((await client.call('DELETE', '/api/v1/credentials/letters')).status).toBe(204);
    const again = await client.call('DELETE', '/api/v1/credentials/letters');
    expect([again.status, again.body.code]).toEqual([404, 'connection_unknown']);
  });

  test("refuses a member an organisation's and a server's, and lets an operator", async () => {
    const [bob, olivia] = [
      await ApiClient.signIn(house.origin, 'bob'),
      await ApiClient.signIn(house.origin, 'olivia'),
    ];
    await house.connect('olivia', '/connect/shared');
    await house.connect('olivia', '/connect/robot');
    for (const id of ['shared', 'robot@issues']) {
      expect(await credentialOf(bob, id)).toMatchObject({ state: 'connected', connectUrl: null });
      const path = `/api/v1/credentials/${encodeURIComponent(id)}`;
      expect((await bob.call('DELETE', path)).status).toBe(403);
      expect(await credentialOf(bob, id)).toMatchObject({ state: 'connected' });
      expect((await olivia.call('DELETE', path)).status).toBe(204);
    }
  });
});
