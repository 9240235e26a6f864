import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';

/** Each way in which a third party may write back what it was told; item 17 of the requirements and more. */
export const ECHO_FORMS: Readonly<Record<string, (text: string) => string | Buffer>> = {
  raw: text => text,
  base64: text => Buffer.from(text).toString('base64'),
  'base64-1': text => Buffer.from(`x${text}`).toString('base64'),
  'base64-2': text => Buffer.from(`xy${text}`).toString('base64'),
  base64url: text => Buffer.from(text).toString('base64url'),
  hex: text => Buffer.from(text).toString('hex'),
  'hex-upper': text => Buffer.from(text).toString('hex').toUpperCase(),
  percent: text => encodeURIComponent(text),
  'percent-all': text => percentAll(text),
  'percent-all-upper': text => percentAll(text).toUpperCase(),
  'percent-twice': text => encodeURIComponent(percentAll(text)),
  form: text => new URLSearchParams({ said: text }).toString(),
  json: text => JSON.stringify({ said: text }),
  'json-ascii': text => `"${[...text].map(each => `\\u${hex(each, 4)}`).join('')}"`,
  html: text => [...text].map(each => `&#x${hex(each, 2)};`).join(''),
  'utf-16': text => Buffer.from(text, 'utf16le'),
  'utf-16be': text => Buffer.from(text, 'utf16le').swap16(),
};

/** Compressions by the name of their content coding. */
export const ECHO_CODINGS: Readonly<Record<string, (bytes: string | Buffer) => Buffer>> = {
  gzip: gzipSync,
  br: brotliCompressSync,
  deflate: deflateSync,
};

/** Where in what a tool has read a secret lies, by the form that it has there. Forms are cut to what only the secret makes. */
export function formsFound(texts: readonly string[], secret: string): string[] {
  const needles = Object.entries(ECHO_FORMS).map(([form, write]): [string, Buffer] => [
    form,
    core(form, Buffer.from(write(secret))),
  ]);
  const bytes = texts.flatMap(text => [Buffer.from(text), Buffer.from(text, 'latin1')]);
  return needles.filter(([, needle]) => bytes.some(each => each.includes(needle))).map(([form]) => form);
}

/** The first and last characters of base64 mix with neighbours, and frames are no part of the secret. */
function core(form: string, bytes: Buffer): Buffer {
  if (form.startsWith('base64')) return bytes.subarray(4, -4);
  if (form === 'json' || form === 'form')
    return bytes.subarray(bytes.indexOf(form === 'json' ? ':' : '=') + 2, -2);
  return form === 'json-ascii' ? bytes.subarray(1, -1) : bytes;
}

function percentAll(text: string): string {
  return [...Buffer.from(text)].map(byte => `%${byte.toString(16).padStart(2, '0')}`).join('');
}

function hex(character: string, digits: number): string {
  return (character.codePointAt(0) ?? 0).toString(16).padStart(digits, '0');
}
