import { canonicalJson } from '../../catalog/pins/canonical-json.ts';
import { lengthPrefixed, toBase64url, utf8 } from '../../crypto/bytes.ts';
import { sha256 } from '../../crypto/digest.ts';
import { GatehouseError } from '../../errors.ts';
import type { ApprovalScope } from '../../policy/approvals.ts';
import type { RuleOf } from '../../policy/rule.ts';
import { isObject, type JsonObject } from '../../protocol/message.ts';
import type { GovernedCall } from '../governed/governed-call.ts';
import type { ApprovalDesk, AskedCall } from './approval-desk.ts';

/** The longest arguments that somebody can be expected to have looked at, in UTF-16 code units of JSON. */
const MAX_ARGUMENTS = 256 * 1024;

/**
 * A call as a rule asks for its approval.
 * @throws GatehouseError `approval_refused` where its arguments are too large to be looked at.
 */
export function askedCall(call: GovernedCall, rule: RuleOf<'approve'>, desk: ApprovalDesk): AskedCall {
  const { server, request, facts, notes } = call;
  const { kind, name } = facts.called;
  const definitionHash = request.tool ? digestOf(canonicalJson(request.tool)) : '';
  const text = JSON.stringify(argumentsOf(request.params), null, 2);
  if (text.length > MAX_ARGUMENTS) throw tooLarge(rule.id);
  return {
    asker: desk.asker,
    digests: digestsOf(call, rule, desk, definitionHash),
    rule,
    clientName: clientNameOf(request.client.info),
    server: server.name,
    kind,
    name,
    definitionHash,
    arguments: text,
    policyVersion: notes.decision?.version ?? 0,
  };
}

/**
 * What an approval is bound to: the user and the installation of their client, what answers for the server, what is called and its
 * definition, and the rule in each of its words. One that is for one call is bound to the arguments too, as any spelling of the same JSON
 * has them (RFC 8785), and one for a session to the session.
 */
function digestsOf(
  { server, request, facts }: GovernedCall,
  rule: RuleOf<'approve'>,
  { asker, session }: ApprovalDesk,
  definitionHash: string,
): Readonly<Record<ApprovalScope, string>> {
  const { tenant, subject, client, installation } = asker;
  const { kind, name } = facts.called;
  const who = [tenant, subject, client, installation];
  const what = [server.name, server.codeHash, request.method, kind, name, definitionHash];
  const bound = (scope: ApprovalScope, more: string) =>
    digestOf(scope, ...who, ...what, rule.id, canonicalJson(rule), more);
  return {
    once: bound('once', canonicalJson(request.params.arguments ?? {})),
    session: bound('session', session),
    period: bound('period', ''),
  };
}

function digestOf(...fields: readonly string[]): string {
  const message = fields.length === 1 ? utf8(fields[0] ?? '') : lengthPrefixed(...fields);
  return toBase64url(sha256(message));
}

function argumentsOf({ arguments: given }: JsonObject): JsonObject {
  return isObject(given) ? given : {};
}

function clientNameOf(info: JsonObject | undefined): string | null {
  const named = [info?.title, info?.name].find(name => typeof name === 'string' && name !== '');
  return typeof named === 'string' ? named.slice(0, 200) : null;
}

function tooLarge(rule: string): GatehouseError {
  return new GatehouseError(
    'approval_refused',
    `The rule "${rule}" has somebody look at the arguments, and these are longer than ${MAX_ARGUMENTS} characters. Call with less at a time.`,
    { rule, outcome: 'not-sent' },
  );
}
