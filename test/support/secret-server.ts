import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { listen, type Running } from './identity-provider.ts';

/** A server with a KV v2 engine and AppRole, as a test needs it, whether it is a real one or the stand-in. */
export interface SecretServer extends Running {
  readonly address: string;
  /** A token that may read all secrets below `gatehouse/`, and nothing else. */
  readonly token: string;
  /** A role that gets such tokens. */
  readonly roleId: string;
  readonly secretId: string;
  /** Stores a secret as its next version. */
  put(path: string, data: object): Promise<void>;
  delete(path: string): Promise<void>;
  /** Ends every token that the role got. */
  revokeRoleTokens(): Promise<void>;
  /** For good: nothing can be read any more. */
  seal(): Promise<void>;
}

/** How a request is answered in place of the right way. */
export type Fault = (response: ServerResponse) => void;

/** The stand-in: it counts, and can be told to misbehave. */
export interface FakeSecretServer extends SecretServer {
  /** The requests that came, `GET /v1/secret/data/...`. */
  readonly requests: string[];
  /** The headers of the last one. */
  lastHeaders: IncomingMessage['headers'];
  fault: Fault | null;
  /** What tokens of the role live, in seconds. */
  leaseSeconds: number;
}

interface Version {
  readonly version: number;
  readonly data: object | null;
}

/**
 * A stand-in for HashiCorp Vault or OpenBao, since neither comes as an npm package: as much of their HTTP API as the gateway
 * uses, with statuses and bodies as OpenBao 2.5.5 gave them. It checks requests strictly. The same tests run against a real
 * server where `OPENBAO_BINARY` names one.
 */
export async function startFakeSecretServer(port: number): Promise<FakeSecretServer> {
  const [token, roleId, secretId] = [randomUUID(), randomUUID(), randomUUID()];
  const secrets = new Map<string, Version>();
  let roleTokens = new Set<string>();
  let isSealed = false;

  const store = (path: string, data: object | null) => {
    secrets.set(path, { version: (secrets.get(path)?.version ?? 0) + (data ? 1 : 0), data });
  };
  const login = async (request: IncomingMessage, response: ServerResponse) => {
    const sent = JSON.parse(await bodyOf(request));
    const isKnown = sent.role_id === roleId && sent.secret_id === secretId && Object.keys(sent).length === 2;
    if (!isKnown) return fail(response, 400, 'invalid role or secret ID');
    const client_token = `s.${randomUUID()}`;
    roleTokens.add(client_token);
    const auth = {
      client_token,
      policies: ['gatehouse'],
      lease_duration: fake.leaseSeconds,
      renewable: true,
    };
    return answer(response, 200, { request_id: randomUUID(), data: null, auth });
  };
  const read = (path: string, response: ServerResponse) => {
    const held = secrets.get(path);
    if (!held) return fail(response, 404);
    const metadata = { version: held.version, destroyed: false, custom_metadata: null };
    const status = held.data === null ? 404 : 200;
    return answer(response, status, {
      request_id: randomUUID(),
      data: { data: held.data, metadata },
      auth: null,
    });
  };
  const serve = async (request: IncomingMessage, response: ServerResponse) => {
    const path = decodeURIComponent(new URL(request.url ?? '', 'http://host').pathname);
    fake.requests.push(`${request.method} ${path}`);
    fake.lastHeaders = request.headers;
    if (fake.fault) return fake.fault(response);
    if (isSealed) return fail(response, 503, 'Vault is sealed');
    if (path === '/v1/auth/approle/login' && request.method === 'POST') return login(request, response);
    const sent = String(request.headers['x-vault-token']);
    const isAllowed = sent === token || roleTokens.has(sent);
    if (!isAllowed || request.method !== 'GET') return fail(response, 403, 'permission denied');
    const engine = '/v1/secret/data/';
    if (!path.startsWith(engine)) return fail(response, 403, 'permission denied');
    if (!path.startsWith(`${engine}gatehouse/`)) return fail(response, 403, 'permission denied');
    return read(path.slice(engine.length), response);
  };

  const running = await listen(
    createServer((request, response) => void serve(request, response)),
    port,
  );
  const fake: FakeSecretServer = {
    address: `http://127.0.0.1:${port}`,
    token,
    roleId,
    secretId,
    requests: [],
    lastHeaders: {},
    fault: null,
    leaseSeconds: 3600,
    put: async (path, data) => store(path, data),
    delete: async path => store(path, null),
    revokeRoleTokens: async () => {
      roleTokens = new Set();
    },
    seal: async () => {
      isSealed = true;
    },
    stop: () => running.stop(),
  };
  return fake;
}

function fail(response: ServerResponse, status: number, ...errors: string[]): void {
  answer(response, status, { errors });
}

function answer(response: ServerResponse, status: number, body: object): void {
  const headers = { 'content-type': 'application/json', 'cache-control': 'no-store' };
  response.writeHead(status, headers).end(`${JSON.stringify(body)}\n`);
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  let body = '';
  for await (const chunk of request) body += chunk;
  return body;
}
