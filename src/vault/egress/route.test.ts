import { expect, test } from 'vitest';
import { refusal } from '../../errors.fake.ts';
import { INSIDE_HOSTS } from '../../network/inside-hosts.fake.ts';
import { connectionOf } from '../connection.fake.ts';
import { connectionFor } from './route.ts';

const API = 'https://api.tracker.example';
const anything = connectionOf();

const choose = (address: string, connections = [anything], { method = 'GET', allowLoopback = false } = {}) =>
  connectionFor({ url: new URL(address), method }, connections, allowLoopback).id;

test.each([
  `${API}/`,
  `${API}:443/items?x=1#part`,
  'HTTPS://API.Tracker.Example/items',
  'https://api%2Etracker%2Eexample/items',
  'https://ａpi.tracker.example/items',
])('%s is the origin of the connection, however it is written', address => {
  expect(choose(address)).toBe('tracker');
});

test.each([
  ['http://api.tracker.example/', /begin with "https:"/],
  ['https://api.tracker.example:8443/', /belongs to no connection/],
  ['https://api.tracker.example./', /ends with a dot/],
  ['https://tracker.example/', /belongs to no connection/],
  ['https://x.api.tracker.example/', /belongs to no connection/],
  ['https://api.tracker.example.evil.example/', /belongs to no connection/],
  ['https://evil.example/https://api.tracker.example/', /belongs to no connection/],
  ['https://user@api.tracker.example/', /must not hold a user name/],
  ['https://:password@api.tracker.example/', /must not hold a user name/],
  ['https://api.tracker.example@evil.example/', /must not hold a user name/],
  ['https://api.tracker.example\\@evil.example/', null],
  ['https://evil.example\\@api.tracker.example/', /belongs to no connection/],
  ['https://api.tracker.exämple/', /belongs to no connection/],
  ['ftp://api.tracker.example/', /begin with "https:"/],
  ['wss://api.tracker.example/', /begin with "https:"/],
  ['data:text/plain,x', /begin with "https:"/],
])('%s is what its parser makes of it, and nothing like it', (address, why) => {
  if (why === null) expect(choose(address)).toBe('tracker');
  else expect(() => choose(address)).toThrow(refusal('egress_refused', why));
});

test.each(INSIDE_HOSTS)('%s is refused, even where it is the origin of a connection', host => {
  const origin = new URL(`https://${host}`).origin;
  const inside = connectionOf({ origins: [origin, origin.replace('https:', 'http:')] });
  expect(() => choose(`https://${host}/`, [inside])).toThrow(
    refusal('egress_refused', /not on the public internet/),
  );
  expect(() => choose(`http://${host}/`, [inside])).toThrow(refusal('egress_refused', /begin with "https:"/));
});

test('this machine is reached where the setting allows it, by a connection only, and nothing else inside is', () => {
  const here = connectionOf({ origins: ['http://127.0.0.1:8080', 'https://localhost', 'http://10.0.0.1'] });
  const allow = { allowLoopback: true };
  expect(choose('http://127.1:8080/', [here], allow)).toBe('tracker');
  expect(choose('https://localhost/', [here], allow)).toBe('tracker');
  for (const address of ['http://127.0.0.1:8081/', 'http://localhost:8080/', 'http://[::1]:8080/']) {
    expect(() => choose(address, [here], allow)).toThrow(refusal('egress_refused', /no connection/));
  }
  for (const address of ['http://10.0.0.1/', 'http://127.0.0.2/', 'https://10.0.0.1/']) {
    expect(() => choose(address, [here], allow)).toThrow(refusal('egress_refused', /./));
  }
});

test.each(['TRACE', 'TRACK', 'CONNECT', 'PROPFIND', 'patch', 'GETS'])(
  '%s is no method that goes out',
  method => {
    expect(() => choose(`${API}/`, [anything], { method })).toThrow(
      refusal('egress_refused', /Open are: GET, HEAD, POST/),
    );
  },
);

test('a method has to be open, and a refusal says which are', () => {
  const reading = connectionOf({ methods: ['GET', 'HEAD'] });
  expect(choose(`${API}/`, [reading])).toBe('tracker');
  expect(() => choose(`${API}/`, [reading], { method: 'POST' })).toThrow(
    refusal('egress_refused', /POST is not open at this origin. Open are: GET, HEAD/),
  );
});

test('a path has to be open, by whole segments, and a refusal says which are', () => {
  const repos = connectionOf({ paths: ['/repos', '/user/repos'] });
  expect(choose(`${API}/repos/acme`, [repos])).toBe('tracker');
  for (const path of ['/repository', '/user', '/repos/../user', '/repos/%2e%2e/user', '//repos']) {
    expect(() => choose(`${API}${path}`, [repos])).toThrow(
      refusal(
        'egress_refused',
        /is not open for this method. Open is what begins with: \/repos, \/user\/repos/,
      ),
    );
  }
  expect(() => choose(`${API}/repos/..%2fuser`, [repos])).toThrow(
    refusal('egress_refused', /more than one way/),
  );
});

test('an ambiguous path is refused even where all paths are open', () => {
  expect(() => choose(`${API}/a/..%2fb`)).toThrow(refusal('egress_refused', /more than one way/));
});

test('of several connections the one with the longest path is used, then the first', () => {
  const all = connectionOf({ id: 'all' });
  const admin = connectionOf({ id: 'admin', paths: ['/admin', '/admin/users'] });
  const users = connectionOf({ id: 'users', paths: ['/admin/users'] });
  expect(choose(`${API}/items`, [all, admin, users])).toBe('all');
  expect(choose(`${API}/admin/x`, [all, admin, users])).toBe('admin');
  expect(choose(`${API}/admin/users/1`, [all, admin, users])).toBe('admin');
  expect(choose(`${API}/admin/users/1`, [all, users, admin])).toBe('users');
});

test('a server without connections reaches nothing', () => {
  expect(() => choose(`${API}/`, [])).toThrow(refusal('egress_refused', /Its connections: none/));
});
