import {
  Client,
  LOG_LEVEL_META_KEY,
  StreamableHTTPClientTransport,
  UnauthorizedError,
  type VersionNegotiationMode,
} from '@modelcontextprotocol/client';
import type { AgentIdentity } from '../../src/cli/agent-identity.ts';
import {
  CAPABILITIES,
  type Capabilities,
  type ClientLine,
  type Heard,
  newPerson,
  type Person,
  promptOf,
  reply,
  type TestClient,
} from './test-client.ts';

const NOTIFICATIONS = [
  'notifications/message',
  'notifications/tools/list_changed',
  'notifications/prompts/list_changed',
  'notifications/resources/list_changed',
  'notifications/resources/updated',
  'notifications/elicitation/complete',
] as const;

/** How a client learns of changes and sets its log level, which is what the revisions disagree on. */
type Era = (sdk: Client) => Pick<TestClient, 'setLogLevel' | 'follow' | 'reach'> & {
  /** Goes with every call. */
  meta(): Record<string, unknown>;
};

const sessionEra: Era = sdk => ({
  meta: () => ({}),
  async setLogLevel(level) {
    await sdk.setLoggingLevel(level);
  },
  async follow(uri) {
    await sdk.subscribeResource({ uri });
    return async () => void (await sdk.unsubscribeResource({ uri }));
  },
  reach: () => sdk.ping(),
});

const statelessEra: Era = sdk => {
  let meta = {};
  return {
    meta: () => meta,
    async setLogLevel(level) {
      meta = { [LOG_LEVEL_META_KEY]: level };
    },
    async follow(uri) {
      await sdk.listen({ toolsListChanged: true, promptsListChanged: true, resourcesListChanged: true });
      const subscription = await sdk.listen({ resourceSubscriptions: [uri] });
      return () => subscription.close();
    },
    reach: () => sdk.discover(),
  };
};

/** SDK 2.x, held to revision 2026-07-28. */
export const SDK_2 = lineOf('SDK 2.4 at 2026-07-28', { pin: '2026-07-28' }, statelessEra);

/** SDK 2.x as it speaks to servers of the 2025 revisions. */
export const SDK_2_LEGACY = lineOf('SDK 2.4 at 2025-11-25', 'legacy', sessionEra);

function lineOf(name: string, mode: VersionNegotiationMode, era: Era): ClientLine {
  return {
    name,
    UnauthorizedError,
    begin(url, identity, sessionId, capabilities = CAPABILITIES) {
      const transport = new StreamableHTTPClientTransport(url, {
        authProvider: identity,
        ...(sessionId !== undefined && { sessionId }),
      });
      return {
        connect: () => connect(transport, identity, { mode, era, capabilities }),
        finishAuth: () => transport.finishAuth(identity.callback),
      };
    },
  };
}

/** What a client of this line says of itself. */
interface Declared {
  readonly mode: VersionNegotiationMode;
  readonly era: Era;
  readonly capabilities: Capabilities;
}

async function connect(
  transport: StreamableHTTPClientTransport,
  identity: AgentIdentity,
  { mode, era, capabilities }: Declared,
): Promise<TestClient> {
  const sdk = new Client(
    { name: 'sdk-2-test', version: '1.0.0' },
    { capabilities: { ...capabilities }, versionNegotiation: { mode } },
  );
  const person = newPerson();
  const heard: Heard[] = [];
  letAsk(sdk, person);
  for (const name of NOTIFICATIONS) {
    sdk.setNotificationHandler(name, ({ method, params }) => void heard.push({ method, params }));
  }
  await sdk.connect(transport);
  const { meta, ...ways } = era(sdk);
  return {
    sdk,
    transport,
    identity,
    person,
    heard,
    ...ways,
    call: (name, args = {}, { signal, onProgress, meta: more } = {}) =>
      sdk.callTool(
        { name, arguments: args, _meta: { ...meta(), ...more } },
        { ...(signal && { signal }), ...(onProgress && { onprogress: onProgress }) },
      ),
  };
}

function letAsk(sdk: Client, person: Person): void {
  sdk.setRequestHandler('elicitation/create', ({ params }) => reply(person, params));
  sdk.setRequestHandler('sampling/createMessage', ({ params }) => ({
    model: 'test',
    role: 'assistant',
    content: { type: 'text', text: person.generate(promptOf(params)) },
  }));
  sdk.setRequestHandler('roots/list', () => ({ roots: [...person.roots] }));
}
