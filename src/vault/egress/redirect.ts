import type { Destination } from './route.ts';

/** A request of tool code, before anything was added to it. */
export interface EgressRequest extends Destination {
  readonly headers: Headers;
  readonly body: Uint8Array<ArrayBuffer> | null;
}

/** How many redirects are followed. */
export const MAX_REDIRECTS = 5;

const REDIRECTS: readonly number[] = [301, 302, 303, 307, 308];

/**
 * The request that a redirect asks for (Fetch Standard, "HTTP-redirect fetch"): 303, and 301 and 302 of a POST, become a GET without
 * a body. It holds nothing that was added to the one before.
 * @returns null where the answer is none; the answer is the tool's then.
 */
export function redirected(
  request: EgressRequest,
  status: number,
  location: string | null,
): EgressRequest | null {
  if (!REDIRECTS.includes(status) || location === null || !URL.canParse(location, request.url)) return null;
  const url = new URL(location, request.url);
  url.hash = '';
  if (!becomesGet(request.method, status)) return { ...request, url };
  return { url, method: 'GET', headers: withoutContent(request.headers), body: null };
}

function becomesGet(method: string, status: number): boolean {
  if (status === 303) return method !== 'GET' && method !== 'HEAD';
  return (status === 301 || status === 302) && method === 'POST';
}

function withoutContent(headers: Headers): Headers {
  return new Headers([...headers].filter(([name]) => !name.startsWith('content-')));
}
