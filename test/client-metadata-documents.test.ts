import { createServer, type Server } from 'node:net';
import { exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, test } from 'vitest';
import { authorizationUrl, postForm, REDIRECT_URI } from './support/oauth.ts';
import { type InventedInternet, startWithInventedInternet } from './support/outside-world.ts';

const ASSERTION_TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';

/** A client assertion that nobody signed: enough to name a client (RFC 7523 section 3). */
function unsignedAssertion(iss: string): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  return `${part({ alg: 'ES256' })}.${part({ iss, sub: iss })}.${Buffer.alloc(64).toString('base64url')}`;
}

/** All ways by which a client id reaches the gateway from outside. */
const DOORS: Readonly<Record<string, (origin: string, client_id: string) => Promise<Response>>> = {
  'the authorization endpoint': (origin, client_id) =>
    fetch(authorizationUrl(origin, { client_id }), { redirect: 'manual' }),
  'the body of a token request': (origin, client_id) =>
    postForm(`${origin}/oauth/token`, { grant_type: 'authorization_code', code: 'x', client_id }),
  'Basic authentication': (origin, client_id) => {
    const basic = Buffer.from(`${encodeURIComponent(client_id)}:secret`).toString('base64');
    const headers = { authorization: `Basic ${basic}` };
    return postForm(`${origin}/oauth/token`, { grant_type: 'refresh_token', refresh_token: 'x' }, headers);
  },
  'the issuer of a client assertion': (origin, client_id) =>
    postForm(`${origin}/oauth/token`, {
      grant_type: 'authorization_code',
      code: 'x',
      client_assertion_type: ASSERTION_TYPE,
      client_assertion: unsignedAssertion(client_id),
    }),
  'a revocation': (origin, client_id) => postForm(`${origin}/oauth/revoke`, { token: 'x', client_id }),
};

describe('a client id that leads inward', () => {
  const origin = inject('origin');
  let listener: Server;
  let port: number;
  let hits = 0;

  beforeAll(async () => {
    listener = createServer(socket => {
      hits++;
      socket.destroy();
    });
    await new Promise<void>(ready => listener.listen(0, ready));
    const address = listener.address();
    if (address === null || typeof address === 'string') throw new Error('no port');
    port = address.port;
  });

  beforeEach(() => {
    hits = 0;
  });

  afterAll(() => void listener.close());

  const HOSTS = [
    '127.0.0.1',
    '127.0.0.1.',
    '127.1',
    '127.0.1',
    '127.0.0.2',
    '2130706433',
    '0x7f000001',
    '0x7f.0x0.0x0.0x1',
    '0x7f.1',
    '0177.0.0.1',
    '017700000001',
    '0177.0x0.1',
    '１２７.０.０.１',
    '①②⑦.0.0.1',
    '127。0。0。1',
    '%31%32%37.0.0.1',
    '0',
    '0.0.0.0',
    '[::1]',
    '[0:0:0:0:0:0:0:1]',
    '[::]',
    '[::ffff:127.0.0.1]',
    '[::ffff:7f00:1]',
    '[::ffff:0:127.0.0.1]',
    '[::127.0.0.1]',
    '[64:ff9b::127.0.0.1]',
    '[2002:7f00:1::]',
    '[fe80::1]',
    '[fd00:ec2::254]',
    '169.254.169.254',
    '0xa9fea9fe',
    '10.0.0.1',
    '100.100.100.200',
    'localhost',
    'LOCALHOST',
    'ⓛocalhost',
    'localhost.',
    'loc%61lhost',
    'a.localhost',
    'ip6-localhost',
    'metadata.google.internal',
    '127.0.0.1.nip.io',
    'app-127-0-0-1.sslip.io',
    '7f000001.nip.io',
    'localtest.me',
  ];

  test.each(HOSTS)('is refused at every door, and nothing is sent there (%s)', async host => {
    const clientId = `https://${host}:${port}/client.json`;
    for (const [door, knock] of Object.entries(DOORS)) {
      const response = await knock(origin, clientId);
      const text = await response.text();
      expect([door, response.headers.get('location')]).toEqual([door, null]);
      if (door === 'the authorization endpoint') {
        expect(response.status).toBe(400);
        expect(text).toContain('is not on the public internet: it ');
      } else {
        expect([door, response.status, JSON.parse(text).error]).toEqual([door, 401, 'invalid_client']);
      }
    }
    expect(hits).toBe(0);
  });

  test.each([
    'http://127.0.0.1',
    'ftp://127.0.0.1',
    '//127.0.0.1',
    'https://[fe80::1%25lo]',
    'https:127.0.0.1',
  ])('is no metadata document at all without https, and nothing is sent there (%s)', async address => {
    for (const knock of Object.values(DOORS)) {
      const { status } = await knock(origin, `${address}:${port}/client.json`);
      expect([400, 401]).toContain(status);
    }
    expect(hits).toBe(0);
  });
});

describe('a metadata document', () => {
  const ID = 'https://app.example/client.json';
  const INSIDE = 'http://127.0.0.1/secret';
  let internet: InventedInternet;
  let origin: string;

  const documentOf = (client_id: string, more: object = {}) => ({
    client_id,
    client_name: 'Acme Agent',
    redirect_uris: [REDIRECT_URI],
    token_endpoint_auth_method: 'none',
    ...more,
  });

  beforeAll(async () => {
    internet = await startWithInventedInternet();
    origin = internet.origin;
    internet.put(ID, () => Response.json(documentOf(ID)));
  });

  beforeEach(() => {
    internet.visited.length = 0;
  });

  afterAll(() => internet.stop());

  /** How each door answers a client id: its status, and whether it says who the client is. */
  async function answersTo(clientId: string): Promise<Record<string, number>> {
    const answers = Object.entries(DOORS).map(async ([door, knock]) => {
      const response = await knock(origin, clientId);
      await response.text();
      return [door, response.status] as const;
    });
    return Object.fromEntries(await Promise.all(answers));
  }

  const refusedAtEveryDoor = {
    'the authorization endpoint': 400,
    'the body of a token request': 401,
    'Basic authentication': 401,
    'the issuer of a client assertion': 401,
    'a revocation': 401,
  };

  test('names its client, whom people are then asked about', async () => {
    const response = await fetch(authorizationUrl(origin, { client_id: ID }));
    expect([response.status, await response.text()]).toEqual([200, expect.stringContaining('Acme Agent')]);
    expect(new Set(internet.visited)).toEqual(new Set([ID]));
    // The client is known then; the code is not.
    const token = await DOORS['the body of a token request']?.(origin, ID);
    expect(await token?.json()).toMatchObject({ error: 'invalid_grant' });
  });

  test.each([
    ['301, inward', 301, INSIDE],
    ['302, inward', 302, INSIDE],
    ['303, inward', 303, INSIDE],
    ['307, inward', 307, INSIDE],
    ['308, inward', 308, INSIDE],
    ['302, to a good document', 302, ID],
    ['302, to itself', 302, 'https://moved.example/client.json'],
  ])('is not followed where it redirects (%s)', async (_what, status, location) => {
    const clientId = 'https://moved.example/client.json';
    internet.put(clientId, () => new Response(null, { status, headers: { location } }));
    expect(await answersTo(clientId)).toEqual(refusedAtEveryDoor);
    expect(new Set(internet.visited)).toEqual(new Set([clientId]));
  });

  test.each([
    ['404', () => new Response('{}', { status: 404 })],
    ['500', () => new Response('{}', { status: 500 })],
    ['no JSON', () => new Response('<html>')],
    ['a list', () => Response.json([])],
    ['no UTF-8', () => new Response(new Uint8Array([0x7b, 0xff, 0x7d]))],
    ['another id', () => Response.json(documentOf('https://other.example/client.json'))],
    ['no name', () => Response.json(documentOf('https://bad.example/client.json', { client_name: ' ' }))],
    [
      'no redirect URI',
      () => Response.json(documentOf('https://bad.example/client.json', { redirect_uris: [] })),
    ],
    ['a secret', () => Response.json(documentOf('https://bad.example/client.json', { client_secret: 'x' }))],
    [
      'more than 5 KiB',
      () => Response.json(documentOf('https://bad.example/client.json', { padding: 'x'.repeat(5 * 1024) })),
    ],
    ['more than 5 KiB, and no word of it', () => new Response(undeclared(64 * 1024))],
  ])('is refused with %s', async (_what, site) => {
    internet.put('https://bad.example/client.json', site);
    expect(await answersTo('https://bad.example/client.json')).toEqual(refusedAtEveryDoor);
  });

  test('that is not all there after ten seconds is given up', { timeout: 30_000 }, async () => {
    const [silent, dripping] = ['https://silent.example/client.json', 'https://dripping.example/client.json'];
    internet.put(silent, () => new Promise<Response>(() => {}));
    internet.put(dripping, () => new Response(oneByte()));
    const startedMs = performance.now();
    const answers = await Promise.all([answersTo(silent), answersTo(dripping)]);
    expect(answers).toEqual([refusedAtEveryDoor, refusedAtEveryDoor]);
    expect(performance.now() - startedMs).toBeLessThan(15_000);
  });

  test.each([
    'https://app.example',
    'https://app.example/',
    'https://user:password@app.example/client.json',
    'https://app.example/a/../client.json',
    'https://app.example/client.json#fragment',
    'https://app.example/client.json\nx',
    'http://app.example/client.json',
  ])('has an address that is one to the letter: %j is not', async clientId => {
    expect(await answersTo(clientId)).toEqual(refusedAtEveryDoor);
    expect(internet.visited.filter(address => address !== 'https://app.example/')).toEqual([]);
  });

  describe('with keys elsewhere (private_key_jwt)', () => {
    const KEYS = 'https://keys.example/jwks.json';
    let key: CryptoKey;
    let published: JWK;

    beforeAll(async () => {
      const pair = await generateKeyPair('ES256', { extractable: true });
      key = pair.privateKey;
      published = { ...(await exportJWK(pair.publicKey)), kid: 'k', alg: 'ES256', use: 'sig' };
    });

    /** A token request of a client that proves itself by a key, which its document says is at `jwks_uri`. */
    async function redeemWithKeysAt(jwks_uri: string, name: string): Promise<{ error: string }> {
      const clientId = `https://${name}.example/client.json`;
      const method = { token_endpoint_auth_method: 'private_key_jwt', jwks_uri };
      internet.put(clientId, () => Response.json(documentOf(clientId, method)));
      const client_assertion = await new SignJWT({})
        .setProtectedHeader({ alg: 'ES256', kid: 'k' })
        .setIssuer(clientId)
        .setSubject(clientId)
        .setAudience(origin)
        .setJti(crypto.randomUUID())
        .setIssuedAt()
        .setExpirationTime('60s')
        .sign(key);
      const response = await postForm(`${origin}/oauth/token`, {
        grant_type: 'authorization_code',
        code: 'x',
        client_assertion_type: ASSERTION_TYPE,
        client_assertion,
      });
      return (await response.json()) as { error: string };
    }

    test('proves its client by them', async () => {
      internet.put(KEYS, () => Response.json({ keys: [published] }));
      expect(await redeemWithKeysAt(KEYS, 'proven')).toMatchObject({ error: 'invalid_grant' });
      expect(internet.visited).toContain(KEYS);
    });

    test('is refused where they are not on the public internet, and nothing is sent there', async () => {
      const inward = [
        'https://127.0.0.1/jwks',
        'https://[::1]/jwks',
        'https://localhost/jwks',
        'https://10.0.0.1.nip.io/jwks',
      ];
      for (const [index, jwksUri] of inward.entries()) {
        expect(await redeemWithKeysAt(jwksUri, `inward${index}`)).toMatchObject({ error: 'invalid_client' });
      }
      expect(internet.visited.filter(address => address.includes('jwks'))).toEqual([]);
    });

    test('is refused where they redirect, and that is not followed', async () => {
      const moved = 'https://moved.example/jwks.json';
      internet.put(moved, () => new Response(null, { status: 302, headers: { location: INSIDE } }));
      expect(await redeemWithKeysAt(moved, 'redirected')).toMatchObject({ error: 'invalid_client' });
      expect(internet.visited).toContain(moved);
      expect(internet.visited).not.toContain(INSIDE);
    });
  });
});

/** JSON whose size no header tells. */
function undeclared(bytes: number): ReadableStream<Uint8Array> {
  const json = new TextEncoder().encode(`{${' '.repeat(bytes - 2)}}`);
  return new ReadableStream({
    start(controller) {
      for (let at = 0; at < bytes; at += 1024) controller.enqueue(json.slice(at, at + 1024));
      controller.close();
    },
  });
}

/** A body whose first byte is all that ever comes. */
function oneByte(): ReadableStream<Uint8Array> {
  return new ReadableStream({ start: controller => controller.enqueue(new TextEncoder().encode('{')) });
}
