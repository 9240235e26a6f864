/** Control and format characters: line breaks and tabs aside, they show nothing, or show what is there in another order. */
const UNSEEN = /[\p{Cc}\p{Cf}]/gu;

const SPACES = /[^\S\n]+/g;
const LINKS = /!?\[([^\][]{0,500})\]\([^()\s]{0,2000}\)/g;

/**
 * What a description says, for people and models: without unseen characters, addresses of links and surplus space.
 * @param maxLength in UTF-16 units; what is longer is cut at a word.
 */
export function plainText(text: string, maxLength: number): string {
  const seen = text
    // More is never shown, so it need not be read.
    .slice(0, maxLength * 4)
    .replaceAll(UNSEEN, character => (character === '\n' || character === '\t' ? character : ''))
    .replaceAll(LINKS, '$1')
    .replaceAll(SPACES, ' ')
    .replaceAll(/ ?\n ?/g, '\n')
    .replaceAll(/\n{3,}/g, '\n\n')
    .trim();
  return seen.length <= maxLength ? seen : `${cutAtWord(seen, maxLength - 1)}…`;
}

/** The same in one line. */
export function plainLine(text: string, maxLength: number): string {
  return plainText(text.replaceAll(/\s+/g, ' '), maxLength);
}

function cutAtWord(text: string, length: number): string {
  const start = text.slice(0, length).toWellFormed();
  const space = start.search(/\s\S*$/);
  return (space > length / 2 ? start.slice(0, space) : start).replace(/\ufffd$/, '').trimEnd();
}
