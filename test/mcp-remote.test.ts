import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { expect, inject, onTestFinished, test } from 'vitest';
import { FormBrowser } from '../src/cli/form-browser.ts';
import { freePort } from '../src/cli/gateway-process.ts';
import { ROOT } from '../src/cli/wrangler-process.ts';

const MCP_REMOTE = join(ROOT, 'node_modules/mcp-remote/dist/proxy.js');

/** It prints the address before it listens for the callback, so a quick browser has to come again. */
async function comeBack(callback: URL): Promise<void> {
  await expect
    .poll(
      () =>
        fetch(callback).then(
          () => true,
          () => false,
        ),
      { timeout: 30_000 },
    )
    .toBe(true);
}

test('mcp-remote signs its user in and lists and calls tools, for clients that only speak stdio', async () => {
  const config = mkdtempSync(join(tmpdir(), 'gatehouse-mcp-remote-'));
  onTestFinished(() => rmSync(config, { recursive: true, force: true }));
  const transport = new StdioClientTransport({
    command: process.execPath,
    args: [MCP_REMOTE, `${inject('origin')}/mcp/memory`, String(await freePort())],
    // It would open the machine's browser; with no display and no opener it only prints the address.
    env: { MCP_REMOTE_CONFIG_DIR: config, PATH: '', HOME: config },
    stderr: 'pipe',
  });
  let printed = '';
  transport.stderr?.on('data', (chunk: Buffer) => {
    printed += chunk;
    const [url] = /http:\S+\/authorize\?\S+/.exec(printed) ?? [];
    if (url === undefined) return;
    printed = printed.replaceAll(url, '');
    void new FormBrowser().authorize(new URL(url), 'bob').then(comeBack);
  });

  const client = new Client(
    { name: 'desktop', version: '1.0.0' },
    { versionNegotiation: { mode: 'legacy' } },
  );
  await client.connect(transport);
  onTestFinished(() => client.close());
  const { tools } = await client.listTools();
  expect(tools.map(({ name }) => name)).toContain('remember');
  const remembered = await client.callTool({ name: 'remember', arguments: { text: 'From the desktop.' } });
  expect(remembered.isError).not.toBe(true);
});
