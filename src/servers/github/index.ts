import type { McpHttpHandler } from '@modelcontextprotocol/server';
import { createHandler } from './server.ts';

/** What the gateway gives this server: plain settings. Credentials stay outside, and are added to what it sends. */
export interface Env {
  SETTINGS: {
    /** `https://api.github.com`, or `https://HOST/api/v3` of a GitHub Enterprise Server. */
    GITHUB_API_URL: string;
  };
}

let handler: McpHttpHandler | undefined;

/** GitHub: repositories, code, issues and pull requests. Speaks MCP 2026-07-28, and is spoken to by the gateway only. */
export default {
  fetch(request: Request, env: Env): Promise<Response> {
    handler ??= createHandler(env.SETTINGS.GITHUB_API_URL);
    return handler.fetch(request);
  },
};
