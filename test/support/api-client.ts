import { Device } from './device.ts';
import { registered } from './oauth.ts';

/** What the API answered. */
export interface ApiAnswer {
  readonly status: number;
  readonly headers: Headers;
  /** The JSON body; undefined where there is none. */
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of all kinds
  readonly body: any;
}

/** Somebody at the API, with a token of their own. */
export class ApiClient {
  readonly #origin: string;
  readonly #token: string | null;

  constructor(origin: string, token: string | null) {
    this.#origin = origin;
    this.#token = token;
  }

  /** Signs in and consents for the API. */
  static async signIn(origin: string, user: string, scope = 'account admin'): Promise<ApiClient> {
    const client = await registered(origin, { client_name: `API of ${user}` });
    const device = await Device.signIn(origin, client, user, { resource: `${origin}/api`, scope });
    return new ApiClient(origin, device.tokens.access_token);
  }

  get token(): string {
    return this.#token ?? '';
  }

  async call(method: string, path: string, body?: unknown, more: HeadersInit = {}): Promise<ApiAnswer> {
    const headers = new Headers(more);
    if (this.#token !== null) headers.set('authorization', `Bearer ${this.#token}`);
    if (body !== undefined && !headers.has('content-type')) headers.set('content-type', 'application/json');
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    const response = await fetch(`${this.#origin}${path}`, {
      method,
      headers,
      ...(text !== undefined && { body: text }),
    });
    const answer = await response.text();
    return {
      status: response.status,
      headers: response.headers,
      body: answer && isJson(response) ? JSON.parse(answer) : answer || undefined,
    };
  }

  get(path: string): Promise<ApiAnswer> {
    return this.call('GET', path);
  }
}

/** What has other types is text. */
function isJson({ headers }: Response): boolean {
  return /^application\/([\w.]+\+)?json\b/.test(headers.get('content-type') ?? '');
}
