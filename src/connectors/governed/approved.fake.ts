import { type CompiledPolicy, compilePolicy } from '../../policy/compiled-policy.ts';
import type { Rule, RuleOf } from '../../policy/rule.ts';
import type { JsonObject, Outcome } from '../../protocol/message.ts';
import { FakeQuotas } from '../../quotas/call-quotas.fake.ts';
import { ADA, FakeApprovals } from '../approving/approval-desk.fake.ts';
import type { ApprovalDesk } from '../approving/approval-desk.ts';
import type { InnerRequest } from '../connector.ts';
import { governedConnector } from './governed-connector.ts';

export type ApproveRule = RuleOf<'approve'>;

export const BY_USER: ApproveRule = {
  id: 'ask-first',
  effect: 'approve',
  by: 'user',
  scopes: ['once', 'session', 'period'],
  periodSeconds: 7200,
};

export const BY_OPERATOR: ApproveRule = { id: 'two-persons', effect: 'approve', by: { roles: ['operator'] } };

export const DONE: Outcome = { kind: 'result', result: { content: [], resultType: 'complete' } };

/** A call as a test makes it. */
export interface FakeCall {
  readonly args?: JsonObject;
  readonly method?: string;
  readonly capabilities?: JsonObject;
  readonly desk?: Partial<ApprovalDesk>;
  readonly codeHash?: string;
  readonly tool?: JsonObject;
  readonly rounds?: JsonObject;
}

/** A server whose calls have to be approved; `rules` and `denied` may change between rounds. */
export class ApprovedServer {
  readonly approvals = new FakeApprovals();
  readonly requests: InnerRequest[] = [];
  /** What the server answers, one after the other; then that it is done. */
  readonly outcomes: Outcome[] = [];
  readonly seen: (string | null)[] = [];
  rules: readonly ApproveRule[];
  isDenied = false;
  others: readonly Rule[] = [];

  constructor(...rules: readonly ApproveRule[]) {
    this.rules = rules;
  }

  async call(call: FakeCall = {}): Promise<Outcome> {
    const { args = { id: 7 }, method = 'tools/call', tool = { name: 'remove' }, rounds = {} } = call;
    const { capabilities = { elicitation: { form: {} } }, codeHash = 'v1', desk } = call;
    const connector = {
      server: 'files',
      version: codeHash,
      call: async (request: InnerRequest) => {
        this.requests.push(request);
        return this.outcomes.shift() ?? DONE;
      },
      listen: async () => {},
    };
    const governed = governedConnector(
      connector,
      { name: 'files', codeHash, connections: [] },
      {
        caller: { ...ADA, roles: ['member'], groups: [], country: null },
        policy: async () => this.#policy,
        desk: this.approvals.desk(desk),
        quotas: new FakeQuotas().quotas,
        observers: [{ begin() {}, end: ({ notes }) => void this.seen.push(notes.approval) }],
      },
    );
    const params = { name: 'remove', arguments: args, ...rounds };
    return governed.call(
      { method, params, client: { info: { name: 'Helper' }, capabilities }, tool },
      { signal: new AbortController().signal, notify() {} },
    );
  }

  get #policy(): CompiledPolicy {
    const always: Rule[] = [{ id: 'all', effect: 'allow' }];
    const denied: Rule[] = this.isDenied ? [{ id: 'none', effect: 'deny' }] : [];
    return compilePolicy({ rules: [...always, ...denied, ...this.rules, ...this.others] }, 3);
  }
}

/** What asks the user, as it goes to the client. */
export function asked(outcome: Outcome): JsonObject {
  const result = resultOf(outcome);
  if (result.resultType !== 'input_required') throw new Error(`it does not ask: ${JSON.stringify(result)}`);
  return result;
}

/** The members of the next round, with the answer to our question. */
export function answering(outcome: Outcome, decision: string, action = 'accept'): JsonObject {
  const { requestState } = asked(outcome);
  return { requestState, inputResponses: { approve: { action, content: { decision } } } };
}

/** Why a call was refused. */
export function refusalIn(outcome: Outcome): JsonObject {
  const meta = (resultOf(outcome)._meta ?? {}) as JsonObject;
  return (meta['gatehouse/refusal'] ?? {}) as JsonObject;
}

export function resultOf(outcome: Outcome): JsonObject {
  if (outcome.kind === 'error') throw new Error(outcome.error.message);
  return outcome.result;
}
