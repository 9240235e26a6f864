import { createServer, request as httpRequest } from 'node:http';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { freePort } from '../src/cli/gateway-process.ts';
import { authorizationUrl, Browser, redeem, registered } from './support/oauth.ts';
import { startTestGateway, type TestGateway } from './support/test-gateway.ts';

let gateway: TestGateway;
let origin: string;
let stop: () => void;

beforeAll(async () => {
  const port = await freePort();
  origin = `http://localhost:${port}`;
  gateway = await startTestGateway({}, { PUBLIC_ORIGIN: origin });
  const server = createServer((incoming, outgoing) => {
    const { method, url, headers } = incoming;
    const onward = httpRequest(
      {
        host: '127.0.0.1',
        port: gateway.port,
        method,
        path: url,
        headers: { ...headers, host: `localhost:${gateway.port}` },
      },
      answer => {
        outgoing.writeHead(answer.statusCode ?? 500, answer.headers);
        answer.pipe(outgoing);
      },
    );
    incoming.pipe(onward);
  }).listen(port);
  stop = () => server.close();
});

afterAll(async () => {
  stop();
  await gateway.stop();
});

test('a person connects an app through a local proxy with a port of its own', async () => {
  const client = await registered(origin);
  const browser = new Browser(origin);
  const url = authorizationUrl(origin, client);
  await browser.signIn(url, 'ada');
  const response = await redeem(origin, client, await browser.approve(url));
  expect({ status: response.status, body: await response.text() }).toMatchObject({ status: 200 });
});
