import type { CallToolResult } from '@modelcontextprotocol/server';
import { toBase64 } from './base64.ts';

/** The largest bytes that are handed on. */
const MAX_BLOB_BYTES = 1024 * 1024;

const TEXTS =
  /^(?:text\/|application\/(?:[\w.+-]*\+)?(?:json|xml|yaml|x-yaml|javascript|x-ndjson|x-www-form-urlencoded|graphql|sql)\b)/;

type Content = CallToolResult['content'];

/** A media type without parameters, in lower case; empty where there is none. */
export function mediaTypeOf(headers: Headers): string {
  return headers.get('content-type')?.split(';')[0]?.trim().toLowerCase() ?? '';
}

/** The text that bytes are; null where they are none. */
export function textOf(bytes: Uint8Array, mediaType: string): string | null {
  const isText = TEXTS.test(mediaType);
  if (!isText && mediaType !== '' && mediaType !== 'application/octet-stream') return null;
  try {
    return new TextDecoder('utf-8', { fatal: !isText, ignoreBOM: false }).decode(bytes);
  } catch {
    return null;
  }
}

/** Bytes as what clients can show: images and sounds as such, all else as a resource that is part of the answer. */
export function blobContent(bytes: Uint8Array, mediaType: string, uri: string): Content {
  if (bytes.length > MAX_BLOB_BYTES) {
    const text = `The answer is ${bytes.length} bytes of ${mediaType}, and more than the ${MAX_BLOB_BYTES} that are handed on.`;
    return [{ type: 'text', text }];
  }
  const data = toBase64(bytes);
  if (mediaType.startsWith('image/')) return [{ type: 'image', data, mimeType: mediaType }];
  if (mediaType.startsWith('audio/')) return [{ type: 'audio', data, mimeType: mediaType }];
  return [
    { type: 'resource', resource: { uri, mimeType: mediaType || 'application/octet-stream', blob: data } },
  ];
}
