import { randomBytes } from 'node:crypto';
import { publish, type SubmittedDocument } from './catalog.ts';
import { type ScriptedApi, startScriptedApi } from './scripted-api.ts';
import { type ClientLine, signIn, type TestClient } from './test-client.ts';
import { startTestGateway, type TestGateway } from './test-gateway.ts';

/** What of a document each test says itself. */
type Own = Partial<Extract<SubmittedDocument, { kind: 'openapi' }>> & { readonly name: string };

/** A gateway with a connection to an API on this machine, whose credential only the gateway and the API know. */
export class OpenapiHouse {
  readonly credential: string;
  readonly api: ScriptedApi;
  readonly gateway: TestGateway;
  /** All that clients have got. */
  readonly got: string[] = [];

  private constructor(credential: string, api: ScriptedApi, gateway: TestGateway) {
    this.credential = credential;
    this.api = api;
    this.gateway = gateway;
  }

  static async start(settings: Readonly<Record<string, string>> = {}): Promise<OpenapiHouse> {
    const credential = `key-${randomBytes(18).toString('hex')}`;
    const api = await startScriptedApi();
    const connections = [
      {
        id: 'pets',
        name: 'Pets',
        owner: 'tenant',
        origins: [api.origin],
        placement: { in: 'header', name: 'x-api-key' },
        secret: 'PETS_KEY',
      },
      {
        id: 'reading',
        name: 'Reading',
        owner: 'tenant',
        origins: [api.origin],
        methods: ['GET'],
        placement: { in: 'none' },
      },
      {
        id: 'elsewhere',
        name: 'Elsewhere',
        owner: 'tenant',
        origins: ['https://elsewhere.example'],
        placement: { in: 'none' },
      },
    ];
    const gateway = await startTestGateway(
      {},
      {
        CONNECTIONS: JSON.stringify(connections),
        PETS_KEY: credential,
        EGRESS_ALLOW_LOOPBACK: 'true',
        CATALOG_CACHE_MS: '0',
        ...settings,
      },
    );
    return new OpenapiHouse(credential, api, gateway);
  }

  /** Adds an OpenAPI server. */
  publish(own: Own): Promise<number> {
    return publish(this.gateway, {
      kind: 'openapi',
      title: 'Pets',
      description: 'The pets of a shop.',
      connections: ['pets'],
      ...own,
    });
  }

  clientOf(line: ClientLine, server: string, user = 'ada'): Promise<TestClient> {
    return signIn(line, new URL(`/mcp/${server}`, this.gateway.origin), user);
  }

  /** Calls a tool, and keeps what came back. */
  async call(client: TestClient, name: string, args: Record<string, unknown> = {}) {
    const result = await client.call(name, args);
    this.got.push(JSON.stringify(result));
    const texts = (result.content as { text?: string }[]).map(({ text }) => text ?? '');
    return {
      text: texts[0] ?? '',
      notes: texts[1] ?? '',
      content: result.content,
      isError: result.isError ?? false,
    };
  }

  async stop(): Promise<void> {
    await Promise.all([this.gateway.stop(), this.api.stop()]);
  }
}
