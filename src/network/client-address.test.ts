import { expect, test } from 'vitest';
import { clientAddress } from './client-address.ts';

const addressOf = (header?: string) =>
  clientAddress(
    new Request(
      'https://mcp.example/',
      header === undefined ? {} : { headers: { 'cf-connecting-ip': header } },
    ),
  );

test.each([
  ['192.0.2.7', '192.0.2.7'],
  ['::ffff:192.0.2.7', '192.0.2.7'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
  ['2001:0DB8:0001:0002::1', '2001:db8:1:2::/64'],
  ['2001:db8:1:3::1', '2001:db8:1:3::/64'],
  ['fe80::1%eth0', 'fe80::/64'],
])('a request from %s counts by %s', (header, counted) => {
  expect(addressOf(header)).toBe(counted);
});

test.each([undefined, '', 'unknown', '192.0.2', '192.0.2.7, 10.0.0.1', '0x7f.1', 'x'.repeat(1000)])(
  'requests without a readable address count together (%s)',
  header => {
    expect(addressOf(header)).toBe('unknown');
  },
);
