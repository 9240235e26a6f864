import { createServer } from 'node:http';
import type { JWK } from 'jose';
import type { Signer } from '../../src/identity/signer.fake.ts';
import { listen, type Running } from './identity-provider.ts';

/** Publishes keys on loopback, as issuers do under `jwks_uri`. */
export class KeyServer {
  readonly url: string;
  readonly #port: number;
  keys: readonly JWK[];
  /** How often the keys were read. */
  reads = 0;

  constructor(port: number, ...signers: readonly Signer[]) {
    this.#port = port;
    this.url = `http://127.0.0.1:${port}/keys`;
    this.keys = signers.map(({ publicJwk }) => publicJwk);
  }

  start(): Promise<Running> {
    const server = createServer((_request, response) => {
      this.reads += 1;
      response
        .writeHead(200, { 'content-type': 'application/json' })
        .end(JSON.stringify({ keys: this.keys }));
    });
    return listen(server, this.#port);
  }
}
