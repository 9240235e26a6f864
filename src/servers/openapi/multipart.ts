import { fromBase64 } from './base64.ts';
import { CallError } from './call-error.ts';
import type { Member } from './operation.ts';
import { plain } from './styles.ts';

/** A media type that may be put into a header. */
const MEDIA_TYPE = /^[\w.+-]+\/[\w.+-]+(?: *;[\x20-\x7e]*)?$/;

/** A member with its value. */
export interface Filled {
  readonly member: Member;
  readonly value: unknown;
}

/** A body, and the media type that goes with it. */
export interface Encoded {
  readonly body: BodyInit;
  readonly mediaType: string;
}

/**
 * A multipart body (RFC 7578). Each item of a list is a part of its own; what is no text is JSON.
 * @throws CallError where a file is none.
 */
export function multipartBody(filled: readonly Filled[]): Encoded {
  const boundary = `gatehouse-${crypto.randomUUID()}`;
  const parts = filled.flatMap(({ member, value }) =>
    (Array.isArray(value) ? value : [value]).map(item => partOf(member, item)),
  );
  const pieces = parts.flatMap(({ head, content }) => [`--${boundary}\r\n${head}\r\n\r\n`, content, '\r\n']);
  return {
    body: new Blob([...pieces, `--${boundary}--\r\n`]),
    mediaType: `multipart/form-data; boundary=${boundary}`,
  };
}

function partOf(member: Member, value: unknown): { head: string; content: string | Uint8Array<ArrayBuffer> } {
  const disposition = `content-disposition: form-data; name="${quoted(member.name)}"`;
  if (member.file) {
    const { content, filename, contentType } = fileOf(member, value);
    const head = `${disposition}; filename="${quoted(filename)}"\r\ncontent-type: ${contentType}`;
    return { head, content };
  }
  const mediaType =
    member.mediaType ?? (typeof value === 'object' && value !== null ? 'application/json' : null);
  const isSaid = mediaType !== null && MEDIA_TYPE.test(mediaType);
  return {
    head: isSaid ? `${disposition}\r\ncontent-type: ${mediaType}` : disposition,
    content: plain(value),
  };
}

function fileOf({ arg, name, mediaType }: Member, value: unknown) {
  const { text, base64, filename, contentType } = (value ?? {}) as Partial<Record<string, unknown>>;
  const type = contentType ?? mediaType ?? (text === undefined ? 'application/octet-stream' : 'text/plain');
  const content = typeof text === 'string' ? text : typeof base64 === 'string' ? fromBase64(base64) : null;
  if (content === null)
    throw new CallError(`Not sent: "${arg}" must have the file's "text", or its "base64".`);
  if (typeof type !== 'string' || !MEDIA_TYPE.test(type)) {
    throw new CallError(`Not sent: "${arg}.contentType" must be a media type such as "image/png".`);
  }
  return { content, filename: typeof filename === 'string' ? filename : name, contentType: type };
}

/** HTML Standard, "multipart/form-data encoding algorithm": what would end the name is encoded. */
function quoted(text: string): string {
  return text.toWellFormed().replaceAll('\r', '%0D').replaceAll('\n', '%0A').replaceAll('"', '%22');
}
