import { afterAll, beforeAll, expect, test } from 'vitest';
import { publish } from './support/catalog.ts';
import { startTestGateway, type TestGateway } from './support/test-gateway.ts';

let gateway: TestGateway;

beforeAll(async () => {
  gateway = await startTestGateway();
});

afterAll(() => gateway.stop());

test('an operator publishes a server', async () => {
  expect(await publish(gateway, { kind: 'hosted', name: 'memory', title: 'Our notes' })).toBe(1);
});
