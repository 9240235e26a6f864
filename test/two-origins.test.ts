import { afterAll, beforeAll, expect, test } from 'vitest';
import { authorizationUrl, Browser, redeem, registered } from './support/oauth.ts';
import { startTestGateway, type TestGateway } from './support/test-gateway.ts';

let gateway: TestGateway;

beforeAll(async () => {
  gateway = await startTestGateway();
});

afterAll(() => gateway.stop());

async function connectAt(origin: string): Promise<{ status: number; body: string }> {
  const client = await registered(origin);
  const browser = new Browser(origin);
  const url = authorizationUrl(origin, client);
  await browser.signIn(url, 'ada');
  const response = await redeem(origin, client, await browser.approve(url));
  return { status: response.status, body: await response.text() };
}

test('one person connects at both names of a gateway', async () => {
  const [one, other] = ['localhost', '127.0.0.1'].map(name => `http://${name}:${gateway.port}`) as [
    string,
    string,
  ];
  expect(await connectAt(one)).toMatchObject({ status: 200 });
  expect(await connectAt(other)).toMatchObject({ status: 200 });
});
