import { runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { expect } from 'vitest';
import { toBase64url } from '../src/crypto/bytes.ts';
import { type Env, settingsOf } from '../src/env.ts';
import type { Principal } from '../src/principal.ts';
import { HOP_HEADER, type Hop, sealHop } from '../src/session-key/hop-assertion.ts';
import { deriveSessionKey, type SessionHandle } from '../src/session-key/internal-bearer.ts';
import { mintSessionId } from '../src/session-key/session-id.ts';

const bindings = env as unknown as Env;
const { keyRing } = settingsOf(bindings);

/** Whose sessions tests open. */
export const ADA: Principal = {
  tenant: 'default',
  subject: 'ada',
  client: 'client',
  installation: { id: 'installation', key: toBase64url(new Uint8Array(32)) },
  resource: 'http://localhost/mcp/everything',
  scopes: ['mcp', 'everything:write'],
  roles: ['member'],
};

/** A session object, spoken to as the edge does. */
export class TestSession {
  readonly hop: Hop;

  constructor(principal: Principal = ADA, handle: SessionHandle = newSession(principal)) {
    const key = deriveSessionKey(keyRing, principal, handle);
    this.hop = {
      principal,
      handle,
      ...key,
      server: 'everything',
      network: { country: null, traceparent: null },
    };
  }

  get stub(): DurableObjectStub {
    return bindings.MCP_SESSION.getByName(this.hop.objectName);
  }

  async send(
    method: string,
    body?: object,
    headers: Record<string, string> = {},
    hop = this.hop,
  ): Promise<Response> {
    return this.stub.fetch('https://mcp-session.invalid/', {
      method,
      headers: { ...headers, [HOP_HEADER]: await sealHop(keyRing, hop) },
      ...(body && { body: JSON.stringify(body) }),
    });
  }

  /** The status of an answer, which is read to its end: an object with answers under way is not evicted. */
  async status(...request: Parameters<TestSession['send']>): Promise<number> {
    const response = await this.send(...request);
    await response.arrayBuffer();
    return response.status;
  }

  /** Takes the object out of memory at once, as a crash does, whatever it was doing. */
  async crash(): Promise<void> {
    await runInDurableObject(this.stub, (_instance, state) => state.abort('crash')).catch(() => {});
  }

  request(id: string, method: string, params: object = {}): Promise<Response> {
    return this.send('POST', { jsonrpc: '2.0', id, method, params });
  }

  async open(): Promise<this> {
    const params = {
      protocolVersion: '2025-11-25',
      capabilities: { elicitation: { form: {} } },
      clientInfo: { name: 'test', version: '1' },
    };
    const response = await this.request('open', 'initialize', params);
    expect(response.status).toBe(200);
    await response.body?.cancel();
    return this;
  }
}

/** The home of a grant, spoken to as the edge does. */
export class TestHome extends TestSession {
  constructor(installation: string) {
    const principal = { ...ADA, installation: { ...ADA.installation, id: installation } };
    super(principal, { kind: 'home', kid: keyRing.current });
  }

  override request(id: string, method: string, params: object = {}): Promise<Response> {
    const _meta = {
      'io.modelcontextprotocol/protocolVersion': '2026-07-28',
      'io.modelcontextprotocol/clientInfo': { name: 'test', version: '1' },
      'io.modelcontextprotocol/clientCapabilities': { elicitation: { form: {} } },
    };
    return super.request(id, method, { _meta, ...params });
  }
}

function newSession(principal: Principal): SessionHandle {
  const { value: id, kid } = mintSessionId(keyRing, principal);
  return { kind: 'session', id, kid };
}
