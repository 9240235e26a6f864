/** Holds the code of what the gateway says in the API's place. Nothing that an API answers has this header. */
const ERROR_HEADER = 'gatehouse-error';

const MAX_DETAIL_CHARACTERS = 500;

interface Problem {
  readonly connection: string;
  readonly detail: string;
}

/** What the caller is told of each code. What is not here is told as the gateway says it. */
const WORDS: Readonly<Record<string, (problem: Problem) => string>> = {
  connection_missing: ({ connection }) =>
    `Not connected: the user has not connected "${connection}" yet. They do so at /connect/${connection} of this gateway; then call again.`,
  connection_dead: ({ connection }) =>
    `Not connected: the credential of "${connection}" is no longer accepted. The user has to connect it again at /connect/${connection} of this gateway; where the credential is the gateway's own, whoever runs it has to replace it.`,
  egress_refused: ({ detail }) =>
    `Not sent: ${detail} Whoever runs this gateway says in CONNECTIONS what is open to this server.`,
};

/** What the gateway refused or failed with before the API, or in its place (RFC 9457); null where the answer is the API's. */
export function gatewayProblemOf({ headers }: Response, json: unknown): string | null {
  const code = headers.get(ERROR_HEADER);
  if (code === null) return null;
  const { connection = '', detail = '' } = (json ?? {}) as Partial<Record<string, unknown>>;
  const said = String(detail).replaceAll(/\s+/g, ' ').slice(0, MAX_DETAIL_CHARACTERS);
  const tell = Object.hasOwn(WORDS, code) ? WORDS[code] : undefined;
  return (
    tell?.({ connection: String(connection), detail: said }) ??
    (said || 'The gateway failed, and did not say why.')
  );
}
