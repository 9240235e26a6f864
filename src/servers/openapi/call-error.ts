/** A call that was not made, or that came to nothing. The message is for the caller: what is wrong, and what would be right. */
export class CallError extends Error {
  override readonly name = 'CallError';
}
