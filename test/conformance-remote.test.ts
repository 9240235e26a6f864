import { afterAll, beforeAll, describe } from 'vitest';
import { publish } from './support/catalog.ts';
import { describeConformance } from './support/conformance-contract.ts';
import { startModernFixture } from './support/peers/fixture.ts';
import { type Peer, remoteDocument } from './support/peers/peer.ts';
import { startTestGateway, type TestGateway } from './support/test-gateway.ts';

describe('the official conformance suite, of a server outside, through the gateway', () => {
  let peer: Peer;
  let gateway: TestGateway;

  beforeAll(async () => {
    peer = await startModernFixture();
    gateway = await startTestGateway({}, { EGRESS_ALLOW_LOOPBACK: 'true' });
    await publish(gateway, remoteDocument('outside', peer.url));
  });
  afterAll(async () => {
    await gateway.stop();
    await peer.stop();
  });

  describeConformance('/mcp/outside', () => gateway.origin);
});
