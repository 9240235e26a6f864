import { onTestFinished, vi } from 'vitest';
import { callOperation } from '../servers/openapi/call.ts';
import type { Api } from '../servers/openapi/operation.ts';
import { compiled, description } from './compiled.fake.ts';
import type { Json } from './json.ts';

/** An operation, and where it is. */
export interface Place {
  readonly path?: string;
  readonly method?: string;
  readonly openapi?: string;
  readonly components?: Json;
}

/** Answers whatever is fetched, and remembers it. */
export function answering(answer: (request: Request) => Response | Promise<Response>) {
  const requests: Request[] = [];
  vi.stubGlobal('fetch', async (url: URL, init: RequestInit) => {
    const request = new Request(url, init);
    requests.push(request);
    return answer(request);
  });
  onTestFinished(() => void vi.unstubAllGlobals());
  return requests;
}

/** Compiles one operation and calls its tool, as the isolate of such a server does. */
export async function called(
  operation: Json,
  args: Json,
  { path = '/things', method = 'get', openapi = '3.1.0', components = {} }: Place = {},
  answer: (request: Request) => Response | Promise<Response> = () => Response.json({}),
) {
  const requests = answering(answer);
  const source = description({ components, paths: { [path]: { [method]: operation } } }, openapi);
  const api: Api = compiled(source).operations;
  const [[tool, wire] = []] = Object.entries(api.operations);
  if (tool === undefined || wire === undefined) throw new Error('the operation is no tool');
  const { signal } = new AbortController();
  const result = await callOperation({ api, tool, operation: wire, args, signal });
  const texts = result.content.map(each => ('text' in each ? each.text : ''));
  const [request] = requests;
  const base = 'https://api.example.com/v1';
  return {
    result,
    text: texts[0] ?? '',
    notes: texts[1] ?? '',
    request,
    address: request?.url.replace(base, ''),
  };
}
