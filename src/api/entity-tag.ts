import { toBase64url } from '../crypto/bytes.ts';
import { sha256 } from '../crypto/digest.ts';

/** The strong entity tag of an answer (RFC 9110 section 8.8.3): the same for the same bytes. */
export function entityTag(text: string): string {
  return `"${toBase64url(sha256(new TextEncoder().encode(text))).slice(0, 27)}"`;
}

/** Whether a field of conditions (`If-Match`, `If-None-Match`) names a tag. `*` names all there are. */
export function names(field: string, tag: string, { isWeak }: { readonly isWeak: boolean }): boolean {
  if (field.trim() === '*') return true;
  const tags = field.match(/(W\/)?"[^"]*"/g) ?? [];
  // Weak tags count where nothing is changed (RFC 9110 section 13.1.2), and nowhere else (section 13.1.1).
  return tags.some(each => (isWeak ? each.replace(/^W\//, '') : each) === tag);
}
