import { expect, test } from 'vitest';
import { GatehouseError } from '../errors.ts';
import { challengeHeaders, resourceMetadataUrl } from './challenge.ts';

const RESOURCE = 'https://mcp.example.com/mcp/memory';

test('the metadata of a resource are at its path behind the well-known one (RFC 9728 section 3.1)', () => {
  expect(resourceMetadataUrl(RESOURCE)).toBe(
    'https://mcp.example.com/.well-known/oauth-protected-resource/mcp/memory',
  );
});

test('a lack of scopes is challenged for all of them (RFC 6750 section 3.1)', () => {
  const error = new GatehouseError('scope_insufficient', 'No.', { scope: 'mcp memory:write' });
  const header = challengeHeaders(error, RESOURCE)['www-authenticate'];
  expect(header).toMatch(/^Bearer /);
  expect(header).toContain('error="insufficient_scope"');
  expect(header).toContain('scope="mcp memory:write"');
  expect(header).toContain(`resource_metadata="${resourceMetadataUrl(RESOURCE)}"`);
});

test.each([new GatehouseError('session_unknown', 'No.'), new Error('no'), null])(
  '%o is no challenge',
  error => {
    expect(challengeHeaders(error, RESOURCE)).toEqual({});
  },
);
