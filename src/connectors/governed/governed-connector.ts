import type { Called } from '../../policy/facts.ts';
import { failure, isObject, type JsonObject } from '../../protocol/message.ts';
import { childTrace, newTrace, traceOfParams, withTrace } from '../../telemetry/trace-context.ts';
import type { CallHooks, Connector, InnerRequest } from '../connector.ts';
import { approved } from './approved.ts';
import { decided } from './decided.ts';
import type { Governance, GovernedCall, GovernedServer, Next, Step } from './governed-call.ts';
import { recorded } from './recorded.ts';
import { refusedCall } from './refused-call.ts';

/** What is done about every call, from the outside in. */
const STEPS: readonly Step[] = [recorded, decided, approved];

/** A server whose calls are decided about, counted and put on record, whatever kind it is of. */
export function governedConnector(
  connector: Connector,
  server: GovernedServer,
  governance: Governance,
): Connector {
  const inner: Next = ({ request, hooks }) => connector.call(request, hooks);
  const way = STEPS.reduceRight<Next>((next, step) => call => step(call, next), inner);
  return {
    server: connector.server,
    version: connector.version,
    listen: (filter, client, hooks) => connector.listen(filter, client, hooks),
    async call(request, hooks) {
      try {
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
  const notes = { decision: null, approval: null, found: [] };
  // The edge has said where it belongs; what has not come by it begins a trace that nobody records.
  const parent = traceOfParams(request.params);
  const trace = parent ? childTrace(parent) : newTrace(0);
  const traced = { ...request, params: withTrace(request.params, trace) };
  return { governance, server, facts, request: traced, hooks, startedAtMs: nowMs, notes, trace };
}

/** What a request calls. To complete an argument is to use what has it. */
function calledBy({ method, params, tool }: InnerRequest, server: GovernedServer, tenant: string): Called {
  const { name, uri } = method === 'completion/complete' && isObject(params.ref) ? params.ref : params;
  const kind = method === 'tools/call' ? 'tool' : uri === undefined ? 'prompt' : 'resource';
  const annotations = isObject(tool?.annotations) ? tool.annotations : {};
  return {
    tenant,
    server: server.name,
    kind,
    name: String(name ?? uri),
    annotations,
    connections: server.connections,
  };
}

function argumentsOf({ params }: InnerRequest): JsonObject {
  return isObject(params.arguments) ? params.arguments : {};
}
