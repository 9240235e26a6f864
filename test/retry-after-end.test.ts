import { afterAll, beforeAll, expect, test } from 'vitest';
import { Device } from './support/device.ts';
import { postForm, type RegisteredClient, registered } from './support/oauth.ts';
import { startTestGateway, type TestGateway } from './support/test-gateway.ts';

let gateway: TestGateway;
let client: RegisteredClient;

beforeAll(async () => {
  gateway = await startTestGateway();
  client = await registered(gateway.origin);
});

afterAll(() => gateway.stop());

test('a refresh that is retried after its grant was revoked is refused', async () => {
  const device = await Device.signIn(gateway.origin, client);
  const fields = {
    grant_type: 'refresh_token',
    client_id: client.client_id,
    refresh_token: device.tokens.refresh_token,
  };
  const refresh = () => postForm(`${gateway.origin}/oauth/token`, fields);
  const answer = await refresh();
  expect(answer.status).toBe(200);
  const { refresh_token } = (await answer.json()) as { refresh_token: string };
  await device.revoke(refresh_token);
  const again = await refresh();
  expect([again.status, await again.text()]).toEqual([400, expect.stringContaining('invalid_grant')]);
});
