/** What is wrong with an expression, and where. */
export class ConditionError extends Error {
  override readonly name = 'ConditionError';
  /** UTF-16 units from its beginning. */
  readonly offset: number;

  constructor(reason: string, offset: number) {
    super(reason);
    this.offset = offset;
  }
}
