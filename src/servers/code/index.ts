import type { About } from './about.ts';
import { describeError } from './describe-error.ts';
import { servedOf } from './shapes.ts';

/** JSON-RPC, "Internal error". */
const INTERNAL_ERROR = -32603;

/**
 * Serves what the main module of uploaded code exports. It is called by a module that the gateway writes for each server.
 * A GET asks whether the code can begin to serve at all, and answers `{"failed": null}` or why it cannot; calls come as POST.
 * @throws TypeError where the module exports nothing that can be served, which keeps the isolate from starting.
 */
export function serve(main: { readonly default?: unknown }, about: About) {
  const served = servedOf(main.default, about);
  return {
    async fetch(request: Request, env: unknown, context: unknown): Promise<Response> {
      if (request.method === 'GET') return Response.json({ failed: await failureOf(served.begin) });
      try {
        return await served.fetch(request, env, context);
      } catch (error) {
        return failed(describeError(error));
      }
    },
  };
}

async function failureOf(begin: () => Promise<void>): Promise<string | null> {
  try {
    await begin();
    return null;
  } catch (error) {
    return describeError(error);
  }
}

/** What a `fetch` handler throws, as an answer: its author must hear of it. The handler may have read the id, and we have not. */
function failed(message: string): Response {
  const error = { code: INTERNAL_ERROR, message };
  return Response.json({ jsonrpc: '2.0', id: null, error }, { status: 500 });
}
