import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import type { SecretServer } from './secret-server.ts';

const ROOT = 'root-token-of-the-test';
const POLICY = 'path "secret/data/gatehouse/*" { capabilities = ["read"] }';

/** Starts a real OpenBao or Vault server, in memory, with a role and a token that may read what the gateway is to read. */
export async function startOpenBao(binary: string, port: number): Promise<SecretServer> {
  const home = await mkdtemp(join(tmpdir(), 'gatehouse-bao-'));
  const address = `http://127.0.0.1:${port}`;
  const flags = ['-dev', `-dev-root-token-id=${ROOT}`, `-dev-listen-address=127.0.0.1:${port}`];
  const server = spawn(binary, ['server', ...flags, '-dev-no-store-token'], {
    env: { ...process.env, HOME: home },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  server.stderr.resume();
  await printed(server.stdout, 'Root Token');
  const ask = askerOf(address);
  await ask('PUT', 'sys/policies/acl/gatehouse', { policy: POLICY });
  await ask('POST', 'sys/auth/approle', { type: 'approle' });
  await ask('POST', 'auth/approle/role/gatehouse', { token_policies: ['gatehouse'], token_ttl: '1h' });
  const token = await ask('POST', 'auth/token/create', { policies: ['gatehouse'], no_parent: true });
  const roleId = await ask('GET', 'auth/approle/role/gatehouse/role-id');
  const secretId = await ask('POST', 'auth/approle/role/gatehouse/secret-id', {});
  return {
    address,
    token: token.auth.client_token,
    roleId: roleId.data.role_id,
    secretId: secretId.data.secret_id,
    put: async (path, data) => void (await ask('POST', `secret/data/${path}`, { data })),
    delete: async path => void (await ask('DELETE', `secret/data/${path}`)),
    revokeRoleTokens: async () => void (await ask('PUT', 'sys/leases/revoke-prefix/auth/approle', {})),
    seal: async () => void (await ask('PUT', 'sys/seal', {})),
    stop: async () => {
      const exited = once(server, 'exit');
      server.kill();
      await exited;
      await rm(home, { recursive: true, force: true });
    },
  };
}

/** Resolves once a text was printed. What is printed later is read too: a full pipe would stop the server. */
function printed(stream: Readable, text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    stream.on('end', () => reject(new Error(`the server ended before it printed "${text}"`)));
    stream.on('data', chunk => {
      if (String(chunk).includes(text)) resolve();
    });
  });
}

function askerOf(address: string) {
  return async (method: string, path: string, body?: object) => {
    const response = await fetch(`${address}/v1/${path}`, {
      method,
      headers: { 'x-vault-token': ROOT },
      ...(body && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    return text === '' ? {} : JSON.parse(text);
  };
}
