import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { authorizationUrl, REDIRECT_URI, register } from './support/oauth.ts';
import { type HttpRequest, sendHttp } from './support/raw-http.ts';
import { startTestGateway, type TestGateway } from './support/test-gateway.ts';

interface Refused {
  readonly error: string;
  readonly error_description: string;
}

let network = 0;

/** An address that no other test uses. The local runtime takes it from the client; the platform sets it itself. */
const newAddress = () => `198.51.100.${++network}`;

function registerFrom(origin: string, address: string, metadata: object = {}): Promise<Response> {
  return register(origin, metadata, { 'cf-connecting-ip': address });
}

async function statusesFrom(origin: string, addresses: readonly string[]): Promise<number[]> {
  const answers = await Promise.all(addresses.map(address => registerFrom(origin, address)));
  await Promise.all(answers.map(answer => answer.text()));
  return answers.map(({ status }) => status);
}

const countOf = (statuses: readonly number[], status: number) =>
  statuses.filter(found => found === status).length;

async function refusalOf(response: Response): Promise<[status: number, ...Refused[keyof Refused][]]> {
  const { error, error_description } = (await response.json()) as Refused;
  return [response.status, error, error_description];
}

describe('the quota of an address', () => {
  let gateway: TestGateway;
  let origin: string;

  beforeAll(async () => {
    gateway = await startTestGateway({}, { REGISTRATIONS_PER_ADDRESS_PER_HOUR: '3' });
    origin = gateway.origin;
  });

  afterAll(() => gateway.stop());

  test('is met exactly, by however many at once', async () => {
    for (let round = 0; round < 5; round++) {
      const statuses = await statusesFrom(origin, Array(20).fill(newAddress()));
      expect([countOf(statuses, 201), countOf(statuses, 429)]).toEqual([3, 17]);
    }
  });

  test('answers 429 with what is set and when to come back', async () => {
    const address = newAddress();
    await statusesFrom(origin, Array(3).fill(address));
    const response = await registerFrom(origin, address);
    const retryAfter = Number(response.headers.get('retry-after'));
    expect(retryAfter).toBeGreaterThan(3500);
    expect(retryAfter).toBeLessThanOrEqual(3600);
    expect(await refusalOf(response)).toEqual([
      429,
      'temporarily_unavailable',
      `Your address has registered 3 clients within an hour, the most there may be (setting REGISTRATIONS_PER_ADDRESS_PER_HOUR). Try again in ${retryAfter} seconds.`,
    ]);
  });

  test('is nobody else’s, and a /64 of IPv6 is one address', async () => {
    const inOneNetwork = [1, 2, 3, 4].map(host => `2001:db8:0:${++network}::${host}`);
    expect(countOf(await statusesFrom(origin, inOneNetwork), 201)).toBe(4);
    const prefix = `2001:db8:1:${++network}`;
    const inOneSubnet = [1, 2, 3, 4].map(host => `${prefix}:${host}::1`);
    expect(countOf(await statusesFrom(origin, inOneSubnet), 201)).toBe(3);
  });

  test('is not used up by what would not be registered', async () => {
    const address = newAddress();
    const refused = [
      { redirect_uris: [] },
      { redirect_uris: ['https://app.example/#fragment'] },
      { redirect_uris: ['https://app.example/a/../b'] },
      { client_name: 'x'.repeat(201) },
      { client_name: 1 },
      { token_endpoint_auth_method: 'none of ours' },
      { client_name: 'x'.repeat(20_000) },
    ];
    for (const metadata of refused) {
      const { status } = await registerFrom(origin, address, metadata);
      expect([metadata, status]).toEqual([
        metadata,
        metadata.client_name === refused[6]?.client_name ? 413 : 400,
      ]);
    }
    const send = (request: Partial<HttpRequest>) =>
      sendHttp(origin, { path: '/oauth/register', headers: { 'cf-connecting-ip': address }, ...request });
    expect((await send({ body: '{' })).status).toBe(400);
    expect((await send({ method: 'GET' })).status).toBe(405);
    expect(await statusesFrom(origin, [address, address, address])).toEqual([201, 201, 201]);
  });

  test('outlives a restart', async () => {
    const address = newAddress();
    await statusesFrom(origin, Array(3).fill(address));
    await gateway.kill();
    gateway = await startTestGateway(gateway, { REGISTRATIONS_PER_ADDRESS_PER_HOUR: '3' });
    origin = gateway.origin;
    expect(await statusesFrom(origin, [address])).toEqual([429]);
  });
});

describe('the quota of all', () => {
  let gateway: TestGateway;
  const TTL_SECONDS = 120;

  beforeAll(async () => {
    const settings = { REGISTRATIONS_PER_HOUR: '7', CLIENT_REGISTRATION_TTL_SECONDS: String(TTL_SECONDS) };
    gateway = await startTestGateway({}, settings);
  });

  afterAll(() => gateway.stop());

  test('is met exactly, by however many addresses at once, and says so', async () => {
    const { origin } = gateway;
    const metadata = { token_endpoint_auth_method: 'client_secret_basic' };
    const client = (await (await registerFrom(origin, newAddress(), metadata)).json()) as Record<
      string,
      number
    >;
    // A registration is over after the setting's time, and its secret with it (RFC 7591 section 3.2.1).
    expect((client.client_secret_expires_at ?? 0) - (client.client_id_issued_at ?? 0)).toBe(TTL_SECONDS);

    const statuses = await statusesFrom(origin, Array.from({ length: 30 }, newAddress));
    expect([countOf(statuses, 201), countOf(statuses, 429)]).toEqual([6, 24]);

    const response = await registerFrom(origin, newAddress());
    const retryAfter = response.headers.get('retry-after');
    expect(Number(retryAfter)).toBeGreaterThan(3500);
    expect(await refusalOf(response)).toEqual([
      429,
      'temporarily_unavailable',
      `All clients together have registered 7 clients within an hour, the most there may be (setting REGISTRATIONS_PER_HOUR). Try again in ${retryAfter} seconds.`,
    ]);
  });
});

describe('client metadata', () => {
  const origin = inject('origin');
  const answerTo = (metadata: object) => register(origin, metadata);

  test.each([
    ['https', [REDIRECT_URI]],
    [
      'http on loopback',
      ['http://127.0.0.1:3000/callback', 'http://localhost/callback', 'http://[::1]/callback'],
    ],
    ['a private-use scheme beside https', [REDIRECT_URI, 'com.example.app:/oauth']],
    ['a well-known app beside https', [REDIRECT_URI, 'cursor://anysphere.cursor-mcp/oauth/callback']],
    ['ten of them', Array.from({ length: 10 }, (_, number) => `${REDIRECT_URI}/${number}`)],
    ['a very long one', [`${REDIRECT_URI}?${'x'.repeat(2000 - REDIRECT_URI.length - 1)}`]],
  ])('may have redirect URIs: %s', async (_what, redirect_uris) => {
    const response = await answerTo({ redirect_uris });
    expect([response.status, await response.json()]).toMatchObject([201, { redirect_uris }]);
  });

  test.each([
    ['none', []],
    ['not a list', REDIRECT_URI],
    ['not a text', [1]],
    ['eleven', Array.from({ length: 11 }, (_, number) => `${REDIRECT_URI}/${number}`)],
    ['too long', [`${REDIRECT_URI}?${'x'.repeat(2000)}`]],
    ['a fragment', [`${REDIRECT_URI}#x`]],
    ['an empty fragment', [`${REDIRECT_URI}#`]],
    ['a user', ['https://user@app.example/callback']],
    ['a user and password', ['https://user:password@app.example/callback']],
    ['an empty user', ['https://@app.example/callback']],
    ['dot segments', ['https://app.example/../callback']],
    ['encoded dot segments', ['https://app.example/%2E%2e/callback']],
    ['a line break', ['https://app.example/call\nback']],
    ['a line break at its end', [`${REDIRECT_URI}\n`]],
    ['a space before it', [` ${REDIRECT_URI}`]],
    ['a backslash', ['https:\\\\app.example/callback']],
    ['no slashes', ['https:app.example/callback']],
    ['no scheme', ['app.example/callback']],
    ['http elsewhere', ['http://app.example/callback']],
    ['http elsewhere beside https', [REDIRECT_URI, 'http://app.example/callback']],
    ['a script', ['javascript:alert(1)']],
    ['a script beside https', [REDIRECT_URI, 'JavaScript:alert(1)']],
    ['data', [REDIRECT_URI, 'data:text/html,x']],
    ['a private-use scheme alone', ['com.example.app:/oauth']],
    ['a scheme that is nobody’s', [REDIRECT_URI, 'myapp://callback']],
  ])('with such redirect URIs are refused: %s', async (_what, redirect_uris) => {
    const [status, error, description] = await refusalOf(await answerTo({ redirect_uris }));
    expect([status, error]).toEqual([400, 'invalid_redirect_uri']);
    expect(description).toMatch(/redirect[ _]uris?/i);
  });

  test.each([
    ['a long name', { client_name: 'x'.repeat(201) }, 'client_name is longer than 200 characters.'],
    [
      'a long name in German',
      { 'client_name#de': 'x'.repeat(201) },
      'client_name is longer than 200 characters.',
    ],
    ['a name that is no text', { client_name: {} }, 'Invalid client_name: expected string, got object'],
    [
      'a page that is no URL',
      { logo_uri: 'javascript:1' },
      'Invalid logo_uri: must be an absolute http: or https: URL',
    ],
    ['grants that are no list', { grant_types: 'x' }, 'Invalid grant_types: expected array, got string'],
  ])('is refused with %s', async (_what, metadata, description) => {
    expect(await refusalOf(await answerTo(metadata))).toEqual([400, 'invalid_client_metadata', description]);
  });

  test.each(['[]', 'null', '"x"', '1'])('is an object, not %s', async body => {
    const answer = await sendHttp(origin, { path: '/oauth/register', body });
    expect([answer.status, JSON.parse(answer.text).error]).toEqual([400, 'invalid_client_metadata']);
  });

  test('may be 16 KiB, declared or chunked, and of one byte more is refused with 413', async () => {
    const sized = (bytes: number) => {
      const empty = JSON.stringify({ redirect_uris: [REDIRECT_URI], padding: '' });
      return JSON.stringify({ redirect_uris: [REDIRECT_URI], padding: 'x'.repeat(bytes - empty.length) });
    };
    const send = (body: HttpRequest['body']) =>
      sendHttp(origin, { path: '/oauth/register', ...(body && { body }) });
    const chunked = (text: string) => text.match(/.{1,5000}/gs) ?? [];
    expect((await send(sized(16_384))).status).toBe(201);
    expect((await send(chunked(sized(16_384)))).status).toBe(201);
    for (const body of [sized(16_385), chunked(sized(16_385))]) {
      const { status, text } = await send(body);
      expect([status, JSON.parse(text)]).toEqual([
        413,
        {
          error: 'invalid_request',
          error_description: 'The body is larger than 16384 bytes (setting MAX_REGISTRATION_BYTES).',
        },
      ]);
    }
  });
});

test('a private-use redirect URI can be registered beside another, but no code is sent to it', async () => {
  const origin = inject('origin');
  const redirect_uri = 'cursor://anysphere.cursor-mcp/oauth/callback';
  const response = await register(origin, { redirect_uris: [REDIRECT_URI, redirect_uri] });
  const client = (await response.json()) as { client_id: string };
  const answer = await fetch(authorizationUrl(origin, client, { redirect_uri }), { redirect: 'manual' });
  expect([answer.status, answer.headers.get('location')]).toEqual([400, null]);
});

test('a client id that is longer than any we make is unknown, not a fault', async () => {
  const answer = await fetch(authorizationUrl(inject('origin'), { client_id: 'x'.repeat(2000) }));
  expect(answer.status).toBe(400);
});
