import { GatehouseError } from '../errors.ts';

const decoder = () => new TextDecoder('utf-8', { fatal: true, ignoreBOM: false });

/** What a request body may be at most. */
export interface BodyLimits {
  readonly maxBytes: number;
  readonly maxDepth: number;
  /** The settings that say so; MAX_BODY_BYTES and MAX_JSON_DEPTH where they are left out. */
  readonly settings?: { readonly bytes: string; readonly depth: string };
}

const SETTINGS = { bytes: 'MAX_BODY_BYTES', depth: 'MAX_JSON_DEPTH' } as const;

/** A body as it came and as it reads. */
export interface JsonBody {
  readonly text: string;
  readonly value: unknown;
}

/**
 * Reads and parses a JSON body once, refusing what is too large, not UTF-8, too deep or not JSON.
 * Depth is measured on the text, before anything recursive sees it.
 * @throws GatehouseError `body_too_large`, `body_not_utf8`, `body_too_deep`, `body_not_json`.
 */
export async function readJsonBody(request: Request, limits: BodyLimits): Promise<JsonBody> {
  const { settings = SETTINGS } = limits;
  const text = decode(await readBytes(request, limits.maxBytes, settings.bytes));
  if (depthOf(text) > limits.maxDepth) {
    throw new GatehouseError(
      'body_too_deep',
      `The body nests deeper than ${limits.maxDepth} levels (setting ${settings.depth}).`,
    );
  }
  try {
    return { text, value: JSON.parse(text) };
  } catch {
    throw new GatehouseError('body_not_json', 'The body is not valid JSON.');
  }
}

/** The deepest nesting of arrays and objects in a JSON text; brackets inside strings do not count. */
export function depthOf(text: string): number {
  let depth = 0;
  let deepest = 0;
  let inString = false;
  for (let i = 0; i < text.length; i++) {
    const char = text.charCodeAt(i);
    if (inString) {
      if (char === 0x5c) i++;
      else if (char === 0x22) inString = false;
    } else if (char === 0x22) inString = true;
    else if (char === 0x7b || char === 0x5b) deepest = Math.max(deepest, ++depth);
    else if (char === 0x7d || char === 0x5d) depth--;
  }
  return deepest;
}

async function readBytes(request: Request, maxBytes: number, setting: string): Promise<Uint8Array[]> {
  if (Number(request.headers.get('content-length') ?? 0) > maxBytes) throw tooLarge(maxBytes, setting);
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of request.body ?? []) {
    size += chunk.length;
    if (size > maxBytes) throw tooLarge(maxBytes, setting);
    chunks.push(chunk);
  }
  return chunks;
}

function decode(chunks: readonly Uint8Array[]): string {
  const utf8 = decoder();
  try {
    return chunks.map(chunk => utf8.decode(chunk, { stream: true })).join('') + utf8.decode();
  } catch {
    throw new GatehouseError('body_not_utf8', 'The body is not valid UTF-8.');
  }
}

function tooLarge(maxBytes: number, setting: string): GatehouseError {
  return new GatehouseError(
    'body_too_large',
    `The body is larger than ${maxBytes} bytes (setting ${setting}).`,
  );
}
