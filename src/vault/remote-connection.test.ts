import { describe, expect, test } from 'vitest';
import { refusal } from '../errors.fake.ts';
import { redirectTo, requestOf, scriptedExchange } from './egress/exchange.fake.ts';
import { openConnection } from './remote-connection.ts';

const AT = 'https://mcp.tracker.example/team-a/mcp';
const connection = {
  ...openConnection('tracker', 'Tracker', `${AT}?v=1`),
  placement: { in: 'bearer' },
} as const;
const asked = (address: string, ...script: Response[]) => {
  const scripted = scriptedExchange([...script, new Response('there')], { connections: [connection] });
  return { ...scripted, running: scripted.exchange.run(requestOf(address, 'POST', '{}')) };
};

describe("a remote's own credential", () => {
  test('is sent to its URL', async () => {
    const { running, sent } = asked(`${AT}?v=1`);
    await running;
    expect(sent.map(({ authorization }) => authorization)).toEqual(['Bearer credential no. 1']);
  });

  test.each(['/', '/team-b/mcp', '/team-a', '/team-a/mcp2', '/team-a/mcp/../other'])(
    'is not sent elsewhere at its origin (%s), nor where it redirects there',
    async path => {
      const elsewhere = new URL(path, AT).href;
      const straight = asked(elsewhere);
      await expect(straight.running).rejects.toThrow(refusal('egress_refused', /begins with: \/team-a\/mcp/));
      expect(straight.sent).toEqual([]);
      for (const code of [307, 308]) {
        const { running, sent } = asked(AT, redirectTo(elsewhere, code));
        await expect(running).rejects.toThrow(
          refusal('egress_refused', /where no connection of this server/),
        );
        expect(sent.map(({ address }) => address)).toEqual([AT]);
      }
    },
  );

  test.each([307, 308])('goes along where a slash is added to its path (%i)', async code => {
    const { running, sent } = asked(AT, redirectTo(`${AT}/`, code));
    await running;
    expect(sent.map(({ method, body }) => [method, body])).toEqual([
      ['POST', '{}'],
      ['POST', '{}'],
    ]);
  });
});
