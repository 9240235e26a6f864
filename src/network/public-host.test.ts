import { expect, test } from 'vitest';
import { refusal } from '../errors.fake.ts';
import { type PrivateHostReason, privateHostOf, requirePublicHost } from './public-host.ts';

const reasonOf = (host: string) => privateHostOf(new URL(`https://${host}/client.json`))?.reason ?? 'public';

/** Hosts by the reason for which they must be refused. */
const REFUSED: Partial<Record<PrivateHostReason, readonly string[]>> = {
  special_address: [
    '127.0.0.1',
    '127.1',
    '127.0.1',
    '2130706433',
    '0x7f000001',
    '0x7f.0x0.0x0.0x1',
    '0177.0.0.1',
    '017700000001',
    '0x7f.1',
    '127.0.0.1.',
    '%31%32%37.0.0.1',
    '１２７.０.０.１',
    '①②⑦.0.0.1',
    '127。0。0。1',
    '0',
    '0.0.0.0',
    '0.1.2.3',
    '10.0.0.1',
    '172.16.0.1',
    '172.31.255.255',
    '192.168.1.1',
    '169.254.169.254',
    '0xa9fea9fe',
    '100.64.0.1',
    '100.100.100.200',
    '168.63.129.16',
    '192.0.0.192',
    '192.0.2.1',
    '198.51.100.1',
    '203.0.113.1',
    '198.18.0.1',
    '192.88.99.1',
    '224.0.0.1',
    '239.255.255.250',
    '240.0.0.1',
    '255.255.255.255',
    '[::1]',
    '[0:0:0:0:0:0:0:1]',
    '[::]',
    '[::ffff:127.0.0.1]',
    '[::ffff:a9fe:a9fe]',
    '[::ffff:8.8.8.8]',
    '[::127.0.0.1]',
    '[::ffff:0:127.0.0.1]',
    '[64:ff9b::7f00:1]',
    '[64:ff9b:1::7f00:1]',
    '[2002:7f00:1::]',
    '[2001:0:7f00:1::]',
    '[fe80::1]',
    '[fec0::1]',
    '[fc00::1]',
    '[fd00:ec2::254]',
    '[ff02::1]',
    '[2001:db8::1]',
    '[3fff::1]',
    '[100::1]',
    '[5f00::1]',
    '[4000::1]',
  ],
  local_name: [
    'localhost',
    'LOCALHOST',
    'ⓛocalhost',
    'loc%61lhost',
    'a.localhost',
    'localhost.localdomain',
    'printer.local',
    'metadata.google.internal',
    'host.docker.internal',
    'kubernetes.default.svc',
    'kubernetes.default.svc.cluster.local',
    'router.lan',
    'wiki.corp',
    'nas.home',
    'router.home.arpa',
    '1.0.0.127.in-addr.arpa',
    'wiki.intranet',
    'db.private',
    'expyuzz4wqqyqhjn.onion',
    'app.test',
    'app.invalid',
  ],
  single_label: ['gateway', 'instance-data', 'com'],
  malformed_name: ['localhost.', 'app.example.com.', 'example.com..', '.example.com', 'a..example.com'],
  inward_name: [
    'localtest.me',
    'app.localtest.me',
    'lvh.me',
    '7f000001.c0a80001.rbndr.us',
    '127.0.0.1.nip.io',
    'app.10.0.0.1.nip.io',
    'app-169-254-169-254.nip.io',
    '7f000001.nip.io',
    'app-7f000001.nip.io',
    'deadbeef.nip.io',
    '--1.sslip.io',
    'fe80--1.sslip.io',
    '192-168-1-1.sslip.io',
    '8.8.8.8.127.0.0.1.nip.io',
    '127.0.0.1.8.8.8.8.nip.io',
    '8.8.8.8.7f000001.nip.io',
    '256.8.8.8.nip.io',
    '10.0.0.1.xip.io',
    'app.nip.io',
  ],
};

const PUBLIC: readonly string[] = [
  '1.1.1.1',
  '8.8.8.8',
  '0x08080808',
  '9.255.255.255',
  '11.0.0.1',
  '100.63.255.255',
  '100.128.0.1',
  '126.255.255.255',
  '128.0.0.1',
  '169.253.255.255',
  '169.255.0.1',
  '172.15.255.255',
  '172.32.0.1',
  '168.63.129.15',
  '192.0.1.1',
  '192.167.255.255',
  '192.169.0.1',
  '198.17.255.255',
  '198.20.0.1',
  '223.255.255.255',
  '[2606:4700::1111]',
  '[2a00:1450:4001::1]',
  '[2001:4860:4860::8888]',
  '[2003::1]',
  'example.com',
  'EXAMPLE.com',
  'app.example',
  'client.dev',
  'bücher.example',
  'xn--bcher-kva.example',
  'localhost.example.com',
  'local.example.com',
  'notlocalhost.com',
  'internal.example.com',
  'homearpa.com',
  'corp.com',
  'lan.party',
  '127-0-0-1.example.com',
  '127.0.0.1.example.com',
  'nip.io',
  'sslip.io',
  'mynip.io',
  'nip.io.example.com',
  '8.8.8.8.nip.io',
  'www-93-184-216-34.sslip.io',
  'my-app.93.184.216.34.nip.io',
];

test.each(Object.entries(REFUSED).flatMap(([reason, hosts]) => hosts.map(host => [host, reason] as const)))(
  '%s is not public (%s)',
  (host, reason) => {
    expect(reasonOf(host)).toBe(reason);
  },
);

test.each(PUBLIC)('%s is public', host => {
  expect(reasonOf(host)).toBe('public');
});

test.each(['[fe80::1%25eth0]', '[fe80::1%eth0]', '1.2.3.4.5', 'a.0x7f', '4294967296', '[::1', ''])(
  'what is no host at all does not become a URL (%s)',
  host => {
    expect(URL.canParse(`https://${host}/`)).toBe(false);
  },
);

test.each(['ftp://example.com/', 'ws://example.com/', 'file:///etc/passwd', 'data:,x', 'app://127.1/'])(
  'a scheme whose hosts are not normalised is refused (%s)',
  url => {
    expect(privateHostOf(new URL(url))?.reason).toBe('scheme');
  },
);

test('http is as public as https, and port, path and user change nothing', () => {
  expect(privateHostOf(new URL('http://example.com:8080/127.0.0.1'))).toBeNull();
  expect(privateHostOf(new URL('http://example.com@127.0.0.1:8080/'))?.reason).toBe('special_address');
});

test.each([
  [
    'https://0x7f.1/',
    'The host "127.0.0.1" is not on the public internet: it is a special address (loopback).',
  ],
  [
    'https://[fe80::1]/',
    'The host "[fe80::1]" is not on the public internet: it is a special address (linkLocal).',
  ],
  ['https://db/', 'The host "db" is not on the public internet: it is a name without a domain.'],
  [
    'ftp://a.example/',
    'The host "a.example" is not on the public internet: it is reached by "ftp:", not by https or http.',
  ],
])('the error for %s says what is wrong', (url, message) => {
  expect(() => requirePublicHost(new URL(url))).toThrow(refusal('host_not_public', message));
});
