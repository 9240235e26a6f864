import type { Called } from '../../policy/facts.ts';
import { failure, isObject, type JsonObject } from '../../protocol/message.ts';
import { isRoutedMethod } from '../../protocol/method.ts';
import { childTrace, newTrace, traceOfParams, withTrace } from '../../telemetry/trace-context.ts';
import type { CallHooks, Connector, InnerRequest } from '../connector.ts';
import { approved } from './approved.ts';
import { decided } from './decided.ts';
import type { Governance, GovernedCall, GovernedServer, Next, Step } from './governed-call.ts';
import { governedListening } from './governed-listening.ts';
import { inspected } from './inspected.ts';
import { limited } from './limited.ts';
import { permittedResources } from './permitted-resources.ts';
import { recorded } from './recorded.ts';
import { refusedCall } from './refused-call.ts';
import { shownBy } from './shown-by.ts';
import { timedServer, timedStep } from './traced-step.ts';

/** What is done about every call, from the outside in. */
const STEPS: readonly Step[] = [recorded, decided, inspected, approved, limited];

/** A server whose calls are decided about, counted and put on record, whatever kind it is of. */
export function governedConnector(
  connector: Connector,
  server: GovernedServer,
  governance: Governance,
): Connector {
  const inner = timedServer(({ request, hooks }) => connector.call(request, hooks));
  const way = STEPS.map(timedStep).reduceRight<Next>((next, step) => call => step(call, next), inner);
  const permission = async () => shownBy(await governance.policy(), governance.caller, server);
  return {
    server: connector.server,
    version: connector.version,
    listen: (filter, client, hooks) => governedListening(connector, filter, client, hooks, permission),
    mayFollow: async uri => (await permission())('resource', uri),
    async call(request, hooks) {
      try {
        // Lists are no calls: they show what may be called.
        if (!isRoutedMethod(request.method)) {
          const outcome = await connector.call(request, hooks);
          return permittedResources(outcome, await permission());
        }
        return refusedCall(request.method, await way(governedCall(server, governance, request, hooks)));
      } catch (error) {
        return refusedCall(request.method, failure(error));
      }
    },
  };
}

function governedCall(
  server: GovernedServer,
  governance: Governance,
  request: InnerRequest,
  hooks: CallHooks,
): GovernedCall {
  const nowMs = Date.now();
  const { caller } = governance;
  const called = calledBy(request, server, caller.tenant);
  const facts = { caller, called, arguments: argumentsOf(request), atMs: nowMs };
  const notes = { decision: null, approval: null, limit: null, found: [] };
  // The edge has said where it belongs; what has not come by it begins a trace that nobody records.
  const parent = traceOfParams(request.params);
  const trace = parent ? childTrace(parent) : newTrace(0);
  const traced = { ...request, params: withTrace(request.params, trace) };
  return { governance, server, facts, request: traced, hooks, startedAtMs: nowMs, notes, trace, parts: [] };
}

/** What a request calls. To complete an argument is to use what has it. */
function calledBy({ method, params, tool }: InnerRequest, server: GovernedServer, tenant: string): Called {
  const kind = kindOf(method, params);
  const { name, uri } = method === 'completion/complete' && isObject(params.ref) ? params.ref : params;
  const annotations = isObject(tool?.annotations) ? tool.annotations : {};
  return {
    tenant,
    server: server.name,
    kind,
    name: String(kind === 'resource' ? uri : name),
    annotations,
    connections: server.connections,
  };
}

function kindOf(method: string, { ref }: JsonObject): Called['kind'] {
  if (method === 'tools/call') return 'tool';
  if (method === 'completion/complete')
    return isObject(ref) && ref.type === 'ref/prompt' ? 'prompt' : 'resource';
  return method === 'prompts/get' ? 'prompt' : 'resource';
}

function argumentsOf({ params }: InnerRequest): JsonObject {
  return isObject(params.arguments) ? params.arguments : {};
}
