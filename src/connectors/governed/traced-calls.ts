import type { Env } from '../../env.ts';
import type { Outcome } from '../../protocol/message.ts';
import { tenantObjectName } from '../../session-key/internal-bearer.ts';
import { inObject } from '../../telemetry/meter.ts';
import type { Attributes } from '../../telemetry/span.ts';
import { recordSpan } from '../../telemetry/span-exporter.ts';
import type { CallObserver, GovernedCall } from './governed-call.ts';
import { errorCodeOf } from './metered-calls.ts';
import { SERVER_PART } from './traced-step.ts';

/**
 * Makes spans of calls whose traces are recorded, with one for each part (OpenTelemetry, "Semantic conventions for MCP"). They say the
 * names of servers, tools and rules; no arguments, results, addresses of resources or people.
 */
export function tracedCalls(env: Env, tenant: string): CallObserver {
  return {
    begin: () => {},
    end(call, outcome) {
      if (!call.trace.isSampled) return;
      const said = attributesOf(call);
      const code = errorCodeOf(outcome);
      const { startedAtMs: startMs, trace } = call;
      recordSpan(env, inObject, tenant, {
        trace,
        name: nameOf(call),
        kind: 'server',
        startMs,
        endMs: Date.now(),
        attributes: {
          ...said,
          ...decisionOf(call),
          ...outcomeOf(outcome, code),
          'gatehouse.tenant': tenantObjectName(tenant),
        },
        isError: code !== null,
      });
      for (const { name, ...part } of call.parts) {
        const isServer = name === SERVER_PART;
        recordSpan(env, inObject, tenant, {
          ...part,
          name: isServer ? nameOf(call) : name,
          kind: isServer ? 'client' : 'internal',
          attributes: isServer ? said : {},
          isError: isServer && code !== null,
        });
      }
    },
  };
}

/** `{mcp.method.name} {target}`, where that can be only a few. */
function nameOf({ request: { method }, facts: { called } }: GovernedCall): string {
  return called.kind === 'resource' ? method : `${method} ${called.name}`;
}

function attributesOf({ request: { method }, server, facts: { called } }: GovernedCall): Attributes {
  return {
    'mcp.method.name': method,
    ...(called.kind === 'prompt' && { 'gen_ai.prompt.name': called.name }),
    ...(called.kind === 'tool' && {
      'gen_ai.operation.name': 'execute_tool',
      'gen_ai.tool.name': called.name,
    }),
    'gatehouse.server.name': server.name,
    'gatehouse.server.version': server.codeHash,
  };
}

function decisionOf({ notes: { decision } }: GovernedCall): Attributes {
  if (decision === null) return {};
  const { effect, rule, version } = decision;
  return {
    'gatehouse.policy.effect': effect,
    'gatehouse.policy.version': version,
    ...(rule !== null && { 'gatehouse.policy.rule': rule }),
  };
}

function outcomeOf(outcome: Outcome, code: string | null): Attributes {
  return {
    ...(code !== null && { 'error.type': code }),
    ...(outcome.kind === 'error' && { 'rpc.response.status_code': String(outcome.error.code) }),
  };
}
