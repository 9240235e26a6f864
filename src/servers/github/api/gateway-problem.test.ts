import { describe, expect, it } from 'vitest';
import { gatewayProblemOf } from './gateway-problem.ts';
import { refusalOf } from './refusal.ts';

const PROBLEM = { 'content-type': 'application/problem+json' };

function told(status: number, json: unknown, headers: Record<string, string> = PROBLEM) {
  return refusalOf(new Response(null, { status, headers }), json, 0).toText();
}

describe('what the gateway says in place of GitHub', () => {
  it.each([
    [
      'connection_missing',
      424,
      /^Not connected: The user has not connected "github" yet\. .* \/connect\/github /,
    ],
    ['connection_dead', 424, /^Not connected: .* The user has to connect it again at \/connect\/github /],
    ['credential_unavailable', 502, /^Not sent: Words\.$/],
    ['egress_refused', 403, /^Not sent: Words\. Whoever runs this gateway says what is open/],
    ['egress_request_too_large', 413, /^Not valid: Words\.$/],
    ['egress_response_too_large', 502, /^GitHub trouble: Words\. Ask for less/],
    ['egress_timeout', 504, /^GitHub trouble: Words\.$/],
    ['egress_failed', 502, /^GitHub trouble: Words\.$/],
    ['constructor', 500, /^GitHub trouble: Words\.$/],
  ])('is told by its code: %s', (error, status, words) => {
    expect(told(status, { error, status, detail: 'Words.', connection: 'github' })).toMatch(words);
  });

  it('is not known by its words or status alone', () => {
    const json = { error: 'connection_missing', detail: 'x' };
    expect(gatewayProblemOf(new Response(null, { status: 424 }), json)).toBeNull();
    expect(told(404, json, { 'content-type': 'application/json' })).toMatch(/^Not found: /);
  });

  it('is trouble where it says nothing', () => {
    expect(told(500, undefined)).toBe('GitHub trouble: The gateway failed, and did not say why.');
  });

  it.each([
    ['egress_timeout', true],
    ['egress_failed', true],
    ['egress_response_too_large', true],
    ['egress_refused', false],
    ['connection_dead', false],
    ['credential_unavailable', false],
  ])('after a write leaves the outcome unknown, or not: %s', (error, isUnknown) => {
    const problem = gatewayProblemOf(new Response(null, { headers: PROBLEM }), { error, detail: 'x' });
    expect(problem?.ofWrite().message.includes('is unknown')).toBe(isUnknown);
  });
});
