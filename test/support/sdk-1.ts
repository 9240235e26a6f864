import { UnauthorizedError } from '@modelcontextprotocol/sdk/client/auth.js';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import {
  CallToolResultSchema,
  CreateMessageRequestSchema,
  ElicitationCompleteNotificationSchema,
  ElicitRequestSchema,
  ListRootsRequestSchema,
  LoggingMessageNotificationSchema,
  PromptListChangedNotificationSchema,
  ResourceListChangedNotificationSchema,
  ResourceUpdatedNotificationSchema,
  ToolListChangedNotificationSchema,
} from '@modelcontextprotocol/sdk/types.js';
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
  LoggingMessageNotificationSchema,
  ToolListChangedNotificationSchema,
  PromptListChangedNotificationSchema,
  ResourceListChangedNotificationSchema,
  ResourceUpdatedNotificationSchema,
  ElicitationCompleteNotificationSchema,
] as const;

/** SDK 1.x: knows revisions up to 2025-11-25 only, and shares no code with what the gateway runs on. */
export const SDK_1: ClientLine = {
  name: 'SDK 1.32',
  UnauthorizedError,
  begin(url, identity, sessionId, capabilities = CAPABILITIES) {
    const transport = new StreamableHTTPClientTransport(url, {
      authProvider: identity,
      ...(sessionId !== undefined && { sessionId }),
    });
    return {
      connect: () => connect(transport, identity, capabilities),
      finishAuth: () => transport.finishAuth(identity.callback.get('code') ?? ''),
    };
  },
};

async function connect(
  transport: StreamableHTTPClientTransport,
  identity: AgentIdentity,
  capabilities: Capabilities,
): Promise<TestClient> {
  const sdk = new Client({ name: 'sdk-1-test', version: '1.0.0' }, { capabilities: { ...capabilities } });
  const person = newPerson();
  const heard: Heard[] = [];
  letAsk(sdk, person);
  for (const schema of NOTIFICATIONS) {
    sdk.setNotificationHandler(schema, ({ method, params }) => void heard.push({ method, params }));
  }
  // The SDK's own class does not satisfy its interface where optional members are exact.
  await sdk.connect(transport as Transport);
  return {
    sdk,
    transport,
    identity,
    person,
    heard,
    call: (name, args = {}, { signal, onProgress, meta } = {}) =>
      sdk.callTool({ name, arguments: args, ...(meta && { _meta: meta }) }, CallToolResultSchema, {
        ...(signal && { signal }),
        ...(onProgress && { onprogress: onProgress }),
      }) as ReturnType<TestClient['call']>,
    async setLogLevel(level) {
      await sdk.setLoggingLevel(level);
    },
    async follow(uri) {
      await sdk.subscribeResource({ uri });
      return async () => void (await sdk.unsubscribeResource({ uri }));
    },
    reach: () => sdk.ping(),
  };
}

function letAsk(sdk: Client, person: Person): void {
  sdk.setRequestHandler(ElicitRequestSchema, ({ params }) => reply(person, params));
  sdk.setRequestHandler(CreateMessageRequestSchema, ({ params }) => ({
    model: 'test',
    role: 'assistant',
    content: { type: 'text', text: person.generate(promptOf(params)) },
  }));
  sdk.setRequestHandler(ListRootsRequestSchema, () => ({ roots: [...person.roots] }));
}
