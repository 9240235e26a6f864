/** Something that keeps a command from working, in one line that says what to do. */
export class Problem extends Error {
  override readonly name = 'Problem';
}

const PARENT_CHECK_MS = 250;

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * Runs a command; a problem becomes one line on stderr and the exit code 1. Ctrl-C ends the command at once,
 * unless it has said by {@link onInterrupt} how it wants to end.
 */
export async function runCommand(command: () => Promise<void>): Promise<void> {
  onInterrupt(() => process.exit(130));
  if (process.env.npm_lifecycle_event !== undefined) endWithParent();
  try {
    await command();
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    console.error(`gatehouse: ${error.message}`);
    process.exitCode = 1;
  }
}

/** npm passes a signal on to the shell between it and us, which does not: so we look whether it is still there. */
function endWithParent(): void {
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    process.kill(process.pid, 'SIGTERM');
  }, PARENT_CHECK_MS);
  timer.unref();
}

/** Sets what Ctrl-C (and its kin) does from now on. */
export function onInterrupt(end: () => void): void {
  for (const signal of SIGNALS) process.removeAllListeners(signal).once(signal, end);
}
