import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Page } from '../src/cli/form-browser.ts';
import { ApiClient } from './support/api-client.ts';
import { type ParkedCall, parkAs2025, parkAs2026 } from './support/parked-call.ts';
import { RawClient } from './support/raw-client.ts';
import { SDK_1 } from './support/sdk-1.ts';
import { SDK_2 } from './support/sdk-2.ts';
import {
  CAPABILITIES,
  type ClientLine,
  type Form,
  LINK_CAPABILITIES,
  signIn,
  type TestClient,
  type ToolResult,
} from './support/test-client.ts';
import { signedInAgent, startTestGateway, type TestGateway } from './support/test-gateway.ts';
import { WebBrowser } from './support/web-browser.ts';

const POLICY = {
  rules: [
    { id: 'all', effect: 'allow' },
    {
      id: 'ask-first',
      effect: 'approve',
      by: 'user',
      what: { servers: ['memory'], tools: ['remember'] },
      scopes: ['once', 'session', 'period'],
      periodSeconds: 3600,
    },
    {
      id: 'two-persons',
      effect: 'approve',
      by: { roles: ['operator'] },
      what: { servers: ['memory'], tools: ['forget'] },
    },
    {
      id: 'ask-twice',
      effect: 'approve',
      by: 'user',
      what: { servers: ['everything'], tools: ['ask_name'] },
    },
  ],
};

let gateway: TestGateway;
let administrator: ApiClient;
/** A call of each era that waited for its user's approval when the gateway was killed. */
const parked = new Map<string, ParkedCall>();

beforeAll(async () => {
  gateway = await startTestGateway();
  administrator = await ApiClient.signIn(gateway.origin, 'ada');
  await save(POLICY);
  parked.set('2025', await parkAs2025(await rawClient('bob'), 'everything_ask_name'));
  parked.set('2026', await parkAs2026(await rawClient('eve'), 'everything_ask_name'));
  await gateway.kill();
  gateway = await startTestGateway(gateway);
});

afterAll(() => gateway.stop());

async function save(policy: object): Promise<void> {
  const { body } = await administrator.get('/api/v1/admin/policy');
  const path = `/api/v1/admin/policy?basedOn=${body.version}&reason=test`;
  expect(await administrator.call('PUT', path, policy)).toMatchObject({ status: 200 });
}

async function rawClient(user: string): Promise<RawClient> {
  const agent = await signedInAgent(gateway.origin, '/mcp', user);
  return new RawClient(`${gateway.origin}/mcp`, agent.accessToken);
}

/** A page of the gateway, as somebody who signs in at a browser of their own sees it. */
async function pageFor(user: string, path: string): Promise<{ browser: WebBrowser; page: Page }> {
  const browser = new WebBrowser();
  const page = await browser.go(new URL(path, gateway.origin));
  return { browser, page: page.hasField('return_to') ? await browser.submit(page, { user }) : page };
}

function refusalOf({ _meta }: ToolResult) {
  return (_meta?.['gatehouse/refusal'] ?? {}) as { code?: string; approval?: string; url?: string };
}

const isDone = ({ isError }: ToolResult) => isError !== true;

describe.each(['2025', '2026'])(
  'a call of %s that waited for its approval when the gateway was killed',
  era => {
    test('goes on, and its own questions are asked in later rounds without asking for approval again', async () => {
      const call = parked.get(era);
      expect(await call?.answer({ decision: 'once' })).toBeUndefined();
      const early = await call?.answer({ name: 'Ada' });
      const end = early ?? (await call?.answer({ colour: 'green' }));
      expect(end?.result?.content?.[0]?.text).toMatch(/Ada/);
    });
  },
);

const LINES: readonly (readonly [ClientLine, string])[] = [
  [SDK_1, 'bob'],
  [SDK_2, 'eve'],
];

describe.each(LINES)('$name, whose user is asked', (line, user) => {
  let client: TestClient;
  let forms: Form[];

  /** Has the user choose the same each time. */
  function chooses(decision: string): void {
    client.person.fillIn = form => {
      forms.push(form);
      return { action: 'accept', content: { decision } };
    };
  }

  beforeEach(async () => {
    forms = [];
    client = await signIn(line, new URL('/mcp/memory', gateway.origin), user);
    return () => client.sdk.close();
  });

  test('once: for that one call', async () => {
    chooses('once');
    expect(await client.call('remember', { text: 'a' })).toSatisfy(isDone);
    expect(await client.call('remember', { text: 'a' })).toSatisfy(isDone);
    expect(forms).toHaveLength(2);
    expect(forms[0]?.message).toContain('"text": "a"');
  });

  test.each(['session', 'period'])(
    '%s: for the calls that follow, and withdrawn at the page',
    async scope => {
      chooses(scope);
      await client.call('remember', { text: 'a' });
      expect(await client.call('remember', { text: 'b' })).toSatisfy(isDone);
      expect(forms).toHaveLength(1);
      const { browser, page } = await pageFor(user, '/approvals');
      const card = page.text.split('<article').find(each => each.includes('Approved for'));
      const [, id] = /\/approvals\/([0-9a-f-]{36})"/.exec(card ?? '') ?? [];
      const own = await browser.go(new URL(`/approvals/${id}`, gateway.origin));
      expect((await browser.submit(own, { decision: 'withdraw' })).text).toContain('It is withdrawn');
      await client.call('remember', { text: 'c' });
      expect(forms).toHaveLength(2);
    },
  );

  test('what they refuse, or do not answer, is not done', async () => {
    chooses('refuse');
    expect(refusalOf(await client.call('remember', { text: `no ${user}` }))).toMatchObject({
      code: 'approval_refused',
    });
    client.person.fillIn = () => ({ action: 'decline' });
    expect(refusalOf(await client.call('remember', { text: `never ${user}` }))).toMatchObject({
      code: 'approval_refused',
    });
  });
});

describe('another person', () => {
  test.each(LINES)(
    'decides at the page while the call of %s waits, which goes on by itself',
    async (line, user) => {
      const client = await signIn(line, new URL('/mcp/memory', gateway.origin), user, LINK_CAPABILITIES);
      client.person.open = async ({ url }) => {
        const { browser, page } = await pageFor('olivia', url);
        expect(page.text).toMatch(/tool forget of memory/);
        expect(page.text).toContain('two-persons');
        void browser.submit(page, { decision: 'once' });
        return { action: 'accept' };
      };
      const id = '00000000-0000-4000-8000-000000000000';
      expect(refusalOf(await client.call('forget', { id }))).toEqual({});
      await client.sdk.close();
    },
  );

  test('of a client that opens no links is named with a link, and two calls at once get one call from it', async () => {
    const client = await signIn(SDK_2, new URL('/mcp/memory', gateway.origin), 'bob', CAPABILITIES);
    const forget = (id = 'x') => client.call('forget', { id });
    const { code, approval, url = '' } = refusalOf(await forget());
    expect([code, url]).toEqual(['approval_required', `${gateway.origin}/approvals/${approval}`]);

    const own = await pageFor('bob', url);
    expect(own.page.text).toContain('Waits for a decision');
    expect((await own.browser.submit(own.page, { decision: 'once' })).status).toBe(403);
    expect((await pageFor('eve', url)).page.status).toBe(404);

    const operator = await pageFor('olivia', url);
    const forged = {
      method: 'POST',
      headers: { origin: 'https://evil.example' },
      body: new URLSearchParams(),
    };
    expect((await operator.browser.open(operator.page.url, forged)).status).toBe(403);
    await operator.browser.submit(operator.page, { decision: 'once', reason: 'Fine.' });

    expect(refusalOf(await forget('y'))).toMatchObject({ code: 'approval_required' });
    const both = await Promise.all([forget(), forget()]);
    expect(both.map(each => refusalOf(each).code ?? 'done').toSorted()).toEqual([
      'approval_required',
      'done',
    ]);
    await client.sdk.close();
  });

  test('decides by the API too, and says why not', async () => {
    const client = await signIn(SDK_2, new URL('/mcp/memory', gateway.origin), 'eve', CAPABILITIES);
    const { approval } = refusalOf(await client.call('forget', { id: 'z' }));
    const [asker, operator] = await Promise.all([
      ApiClient.signIn(gateway.origin, 'eve'),
      ApiClient.signIn(gateway.origin, 'olivia'),
    ]);
    const path = `/api/v1/approvals/${approval}`;
    const verdict = { decision: 'refuse', reason: 'Not that one.' };
    expect(await asker.call('PUT', `${path}/decision`, verdict)).toMatchObject({ status: 403 });
    expect((await operator.get('/api/v1/approvals?state=asked')).body.approvals).toContainEqual(
      expect.objectContaining({ id: approval, subject: 'eve', mayDecide: true, arguments: { id: 'z' } }),
    );
    expect(await operator.call('PUT', `${path}/decision`, verdict)).toMatchObject({ status: 204 });
    expect(await operator.call('PUT', `${path}/decision`, verdict)).toMatchObject({ status: 409 });
    const told = await client.call('forget', { id: 'z' });
    expect(JSON.stringify(told.content)).toContain('Not that one.');
    await client.sdk.close();
  });

  test('is on the audit trail with every step', async () => {
    await expect
      .poll(kinds, { timeout: 20_000 })
      .toEqual(
        expect.arrayContaining([
          'approval.asked',
          'approval.given',
          'approval.used',
          'approval.refused',
          'approval.withdrawn',
        ]),
      );
  });
});

async function kinds(): Promise<string[]> {
  const { body } = await administrator.get('/api/v1/admin/audit/events?limit=500');
  return body.events.map(({ kind }: { kind: string }) => kind);
}
