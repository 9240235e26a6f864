/** Something that keeps a command from working, in one line that says what to do. */
export class Problem extends Error {
  override readonly name = 'Problem';
}

/** Runs a command; a problem becomes one line on stderr and the exit code 1. */
export async function runCommand(command: () => Promise<void>): Promise<void> {
  try {
    await command();
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    console.error(`gatehouse: ${error.message}`);
    process.exitCode = 1;
  }
}
