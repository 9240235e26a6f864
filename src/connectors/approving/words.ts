import { escapedText, visibleText } from '../../catalog/pins/hidden-text.ts';
import { GatehouseError } from '../../errors.ts';
import { type ApprovalScope, periodOf, scopesOf } from '../../policy/approvals.ts';
import type { JsonObject } from '../../protocol/message.ts';
import type { AskedCall } from './approval-desk.ts';

/** The longest arguments in a question, in UTF-16 code units: clients show it in a dialogue. */
const SHOWN_ARGUMENTS = 2000;
const SHOWN_NAME = 80;

/** The field of the form in which the user answers. */
export const DECISION_FIELD = 'decision';

/** The question to the user, as an entry of `inputRequests` (form mode). */
export function formQuestion(asked: AskedCall, link: string): JsonObject {
  const scopes = scopesOf(asked.rule);
  const decision = {
    type: 'string',
    title: 'May it be called?',
    enum: [...scopes, 'refuse'],
    enumNames: [...scopes.map(scope => scopeWords(scope, asked)), 'No'],
  };
  const requestedSchema = {
    type: 'object',
    properties: { [DECISION_FIELD]: decision },
    required: [DECISION_FIELD],
  };
  const message = `${callWords(asked, link)}\n\n${ruleWords(asked)}`;
  return { method: 'elicitation/create', params: { mode: 'form', message, requestedSchema } };
}

/** What a scope means, on a button or in a list. */
export function scopeWords(
  scope: ApprovalScope,
  { rule, name, server }: Pick<AskedCall, 'rule' | 'name' | 'server'>,
): string {
  const any = `whatever the arguments of "${shortName(name)}" of "${server}"`;
  return {
    once: 'Yes, this one call',
    session: `Yes, for this session, ${any}`,
    period: `Yes, for ${durationWords(periodOf(rule))}, ${any}`,
  }[scope];
}

/** What is asked of whoever is sent to the page, and may have to wait for somebody else. */
export function waitingWords(asked: AskedCall): string {
  const { rule, kind, name, server } = asked;
  const who = rule.by === 'user' ? 'you' : deciders(rule.by);
  return `The ${kind} "${shortName(name)}" of the server "${server}" is called once ${who} approved it (rule "${rule.id}"). Open the link to see the request, and hand it to whoever decides; the call goes on by itself then.`;
}

/** The arguments as people read them: what is hidden in them is written out, and what is too long is left out and said to be. */
export function shownArguments(json: string, maxLength: number): { text: string; left: number } {
  const text = escapedText(json);
  const left = Math.max(0, text.length - maxLength);
  return { text: left > 0 ? text.slice(0, maxLength) : text, left };
}

function callWords(
  { clientName, asker, kind, name, server, arguments: json }: AskedCall,
  link: string,
): string {
  const { text, left } = shownArguments(json, SHOWN_ARGUMENTS);
  const rest = left > 0 ? `\n… ${left} characters more: read all of it at ${link}` : '';
  const client = shortName(clientName ?? asker.client);
  return `The app "${client}" wants to call the ${kind} "${shortName(name)}" of the server "${server}" for you, with these arguments:\n${text}${rest}`;
}

function ruleWords({ rule }: AskedCall): string {
  const why = rule.description === undefined ? '' : ` ${rule.description}`;
  return `The rule "${rule.id}" of your organisation's policy has you asked first.${why}`;
}

/** Whoever decides, where it is another person. */
export function deciders(by: Exclude<AskedCall['rule']['by'], 'user'>): string {
  const roles = by.roles ? [`somebody of the role ${by.roles.join(' or ')}`] : [];
  const groups = by.groups ? [`somebody of the group ${by.groups.join(' or ')}`] : [];
  const all = [...roles, ...groups];
  return all.length === 0 ? 'nobody' : `${all.join(', or ')} other than you has`;
}

/** How long, for people. */
export function durationWords(seconds: number): string {
  const units = [
    [86_400, 'day'],
    [3600, 'hour'],
    [60, 'minute'],
  ] as const;
  const [size, unit] = units.find(([size]) => seconds >= size && seconds % size === 0) ?? [1, 'second'];
  const count = seconds / size;
  return `${count} ${unit}${count === 1 ? '' : 's'}`;
}

/** The call is not made: somebody has to approve it first. */
export function approvalRequired(asked: AskedCall, id: string, url: string): GatehouseError {
  const { rule } = asked;
  const who =
    rule.by === 'user'
      ? 'the user'
      : deciders(rule.by).replace(' other than you has', ' other than the user');
  return new GatehouseError(
    'approval_required',
    `The rule "${rule.id}" of your organisation's policy has this call approved by ${who} first. Nothing was done. It is decided at ${url}: give the user this link, and call again with the same arguments once it is approved.`,
    { rule: rule.id, approval: id, url, outcome: 'not-sent' },
  );
}

/** The call is not made, and it cannot be asked for in this way. */
export function nobodyToAsk({ rule }: AskedCall, why: string): GatehouseError {
  const message = `The rule "${rule.id}" of your organisation's policy has this call approved first. ${why} Nothing was done.`;
  return new GatehouseError('approval_required', message, { rule: rule.id, outcome: 'not-sent' });
}

/** The call is not made: whoever decides has said no. */
export function approvalRefused(rule: string, reason: string, id: string): GatehouseError {
  const why = reason === '' ? '' : ` The reason given: ${visibleText(reason)}`;
  return new GatehouseError(
    'approval_refused',
    `This call was not approved (rule "${rule}"). Nothing was done.${why} Do not call again with the same arguments unless the user asks for it.`,
    { rule, approval: id, outcome: 'not-sent' },
  );
}

function shortName(name: string): string {
  const text = escapedText(name);
  return text.length > SHOWN_NAME ? `${text.slice(0, SHOWN_NAME - 1)}…` : text;
}
