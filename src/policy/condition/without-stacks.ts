/** Does something without stacks for errors: conditions fail at ordinary calls too, and most of what an error costs is its stack, which nobody reads. */
export function withoutStacks<Value>(work: () => Value): Value {
  const before = Error.stackTraceLimit;
  Error.stackTraceLimit = 0;
  try {
    return work();
  } finally {
    Error.stackTraceLimit = before;
  }
}
