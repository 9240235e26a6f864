/** What `npm start` prints: where the gateway is, what it offers, and what to paste into a client. */
export function clientSetup(origin: string, servers: readonly string[]): string {
  const url = `${origin}/mcp`;
  const settings = JSON.stringify({ mcpServers: { gatehouse: { url } } });
  const vsCode = JSON.stringify({ name: 'gatehouse', type: 'http', url });
  return [
    '',
    `  Gatehouse is up at ${url}`,
    '',
    `  Servers       ${servers.join(', ')}   (one alone: ${url}/<server>)`,
    `  Claude Code   claude mcp add --transport http gatehouse ${url}`,
    `  Cursor        ~/.cursor/mcp.json: ${settings}`,
    `  VS Code       code --add-mcp '${vsCode}'`,
    '',
    '  Sign in as ada, bob, eve, olivia or aidan. Ctrl-C stops it.',
    '',
  ].join('\n');
}
