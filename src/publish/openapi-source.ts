import { isLoopback, type Settings } from '../env.ts';
import type { GatehouseError } from '../errors.ts';
import { readBounded } from '../identity/bounded-body.ts';
import { operatorFetch } from '../network/outbound-fetch.ts';
import { privateHostMessage, privateHostOf } from '../network/public-host.ts';
import { MAX_DESCRIPTION_BYTES } from '../openapi/description.ts';
import { invalid } from './refusal.ts';

const MAX_REDIRECTS = 5;
const TIMEOUT_MS = 20_000;
const ACCEPTED = 'application/json, application/yaml, text/yaml, */*;q=0.5';

/**
 * Fetches an OpenAPI description, once, without a credential. It is reached as tool code reaches third parties: by https, on the public
 * internet, and where a redirect leads is judged like the first address.
 * @throws GatehouseError `server_invalid`, saying why not.
 */
export async function fetchedSource(sourceUrl: string, settings: Settings): Promise<string> {
  const signal = AbortSignal.timeout(TIMEOUT_MS);
  let url = new URL(sourceUrl);
  for (let hops = 0; hops <= MAX_REDIRECTS; hops += 1) {
    requireReachable(url, settings);
    const response = await answered(url, signal);
    const location = response.headers.get('location');
    if (response.status < 300 || response.status > 399 || location === null) return textOf(response, signal);
    await response.body?.cancel();
    if (!URL.canParse(location, url)) throw refused('it redirects to what is no address');
    url = new URL(location, url);
  }
  throw refused(`it redirects more than ${MAX_REDIRECTS} times`);
}

function requireReachable(url: URL, { EGRESS_ALLOW_LOOPBACK }: Settings): void {
  if (url.username !== '' || url.password !== '') throw refused('it must not hold a user name or password');
  if (EGRESS_ALLOW_LOOPBACK === 'true' && /^https?:$/.test(url.protocol) && isLoopback(url.hostname)) return;
  if (url.protocol !== 'https:') throw refused('it, and where it redirects to, must begin with "https:"');
  const found = privateHostOf(url);
  if (found) throw refused(privateHostMessage(found).replace(/\.$/, ''));
}

async function answered(url: URL, signal: AbortSignal): Promise<Response> {
  try {
    const headers = { accept: ACCEPTED, 'user-agent': 'Gatehouse' };
    return await operatorFetch(url, { headers, redirect: 'manual', signal });
  } catch {
    throw refused(signal.aborted ? tooSlow() : `"${url.host}" cannot be reached`);
  }
}

async function textOf(response: Response, signal: AbortSignal): Promise<string> {
  if (!response.ok) {
    await response.body?.cancel();
    throw refused(`it answered with status ${response.status}`);
  }
  try {
    const bytes = await (await readBounded(response, MAX_DESCRIPTION_BYTES)).arrayBuffer();
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: false }).decode(bytes);
  } catch (error) {
    if (error instanceof RangeError)
      throw refused(`its answer is larger than ${MAX_DESCRIPTION_BYTES} bytes`);
    throw refused(signal.aborted ? tooSlow() : 'its answer broke off, or is no text in UTF-8');
  }
}

function tooSlow(): string {
  return `it did not answer within ${TIMEOUT_MS / 1000} s`;
}

function refused(reason: string): GatehouseError {
  return invalid(`sourceUrl: ${reason}. It must lead to an OpenAPI description in JSON or YAML.`);
}
