import { auth } from '@modelcontextprotocol/client';
import { AgentIdentity } from './agent-identity.ts';
import { Problem, runCommand } from './problem.ts';

const SCOPE = 'account admin';

/** `npm run token`: prints an access token for the API of the gateway that `npm start` has started, of one of its test identities. */
await runCommand(async () => {
  const origin = `http://localhost:${process.env.PORT ?? 8787}`;
  const identity = new AgentIdentity(process.argv[2] ?? 'ada', 'Gatehouse token', 'asked');
  await signIn(identity, `${origin}/api`).catch(error => {
    throw new Problem(`no token from ${origin} (is "npm start" running there?): ${reasonOf(error)}`);
  });
  console.log(identity.accessToken);
  process.exit();
});

async function signIn(identity: AgentIdentity, serverUrl: string): Promise<void> {
  await auth(identity, { serverUrl, scope: SCOPE });
  const { code, iss, error } = Object.fromEntries(identity.callback);
  if (code === undefined || iss === undefined) throw new Error(error ?? 'the sign-in brought no code');
  await auth(identity, { serverUrl, authorizationCode: code, iss });
}

function reasonOf(error: unknown): string {
  return error instanceof Error
    ? error.cause instanceof Error
      ? error.cause.message
      : error.message
    : String(error);
}
