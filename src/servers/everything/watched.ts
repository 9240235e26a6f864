/** The address of the one resource whose text can be changed, and so be watched. */
export const WATCHED_URI = 'test://watched-resource';

// Kept for as long as the isolate lives: enough to see an update arrive, and no more is promised.
let text = 'Nobody has changed this text yet.';

/** The text as it is now. */
export function watchedText(): string {
  return text;
}

/** Replaces the text. Telling subscribers is up to the caller. */
export function replaceWatchedText(next: string): void {
  text = next;
}
