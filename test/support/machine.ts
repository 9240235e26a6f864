import {
  Client,
  type OAuthClientProvider,
  StreamableHTTPClientTransport,
} from '@modelcontextprotocol/client';
import { postForm } from './oauth.ts';

/** An error as the token endpoint has it. */
export interface OAuthFailure {
  readonly status: number;
  readonly error: string | undefined;
  readonly description: string | undefined;
  readonly challenge: string | null;
}

/** Connects a real SDK client that gets its tokens by a provider of the SDK. */
export async function connectBy(provider: OAuthClientProvider, url: string): Promise<Client> {
  const client = new Client({ name: 'machine', version: '1.0.0' });
  await client.connect(new StreamableHTTPClientTransport(new URL(url), { authProvider: provider }));
  return client;
}

/** Asks the token endpoint for a token, as a client with a secret where one is given. */
export function askToken(
  origin: string,
  fields: Readonly<Record<string, string>>,
  basic?: readonly [id: string, secret: string],
): Promise<Response> {
  const credentials = basic && Buffer.from(basic.join(':')).toString('base64');
  const headers: HeadersInit = credentials === undefined ? {} : { authorization: `Basic ${credentials}` };
  return postForm(`${origin}/oauth/token`, fields, headers);
}

/** What a granted token request brought. */
export async function granted(response: Response | Promise<Response>) {
  const answer = await response;
  const text = await answer.text();
  if (answer.status !== 200) throw new Error(`the token endpoint answered ${answer.status}: ${text}`);
  return JSON.parse(text) as {
    access_token: string;
    scope: string;
    resource: string;
    expires_in: number;
    refresh_token?: string;
  };
}

/** How a token request was refused. */
export async function failure(response: Response | Promise<Response>): Promise<OAuthFailure> {
  const answer = await response;
  const { error, error_description: description } = (await answer.json()) as Record<string, string>;
  return { status: answer.status, error, description, challenge: answer.headers.get('www-authenticate') };
}
