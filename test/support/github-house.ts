import { randomBytes } from 'node:crypto';
import { operation } from '../../src/servers/github/fake/description.fake.ts';
import { type FakeGitHub, startGitHub } from '../../src/servers/github/fake/github.fake.ts';
import { SDK_2 } from './sdk-2.ts';
import { type ClientLine, signIn, type TestClient } from './test-client.ts';
import { startTestGateway, type TestGateway } from './test-gateway.ts';

/** The repository of GitHub's examples. */
export const HELLO = { owner: 'octocat', repo: 'Hello-World' } as const;

export const CONTENTS = 'GET /repos/{owner}/{repo}/contents/{path}';

/** A gateway whose server `github` is set to an Enterprise Server on this machine, with one credential for all. */
export class GitHubHouse {
  /** The credential that only the gateway and GitHub know. */
  readonly credential: string;
  readonly github: FakeGitHub;
  /** Another place, which nobody said the credential may go to. */
  readonly elsewhere: FakeGitHub;
  readonly gateway: TestGateway;
  /** All that clients have got. */
  readonly got: string[] = [];

  private constructor(credential: string, github: FakeGitHub, elsewhere: FakeGitHub, gateway: TestGateway) {
    this.credential = credential;
    this.github = github;
    this.elsewhere = elsewhere;
    this.gateway = gateway;
  }

  static async start(): Promise<GitHubHouse> {
    const credential = `ghp_${randomBytes(18).toString('hex')}`;
    const [github, elsewhere] = await Promise.all([startGitHub('/api/v3'), startGitHub()]);
    const connection = {
      id: 'github',
      name: 'GitHub Enterprise',
      owner: 'tenant',
      origins: [new URL(github.url).origin],
      paths: ['/api/v3'],
      secret: 'GITHUB_TOKEN',
    };
    const settings = {
      CONNECTIONS: JSON.stringify([connection]),
      GITHUB_TOKEN: credential,
      EGRESS_ALLOW_LOOPBACK: 'true',
      SERVER_SETTINGS: JSON.stringify({ github: { GITHUB_API_URL: github.url } }),
    };
    return new GitHubHouse(credential, github, elsewhere, await startTestGateway({}, settings));
  }

  /** Forgets what GitHub was asked and told to answer. */
  reset(): void {
    this.github.reset();
    this.elsewhere.reset();
    const example = operation(CONTENTS).example(200);
    // What the example has as content is no Base64.
    this.github.on(CONTENTS, {
      body: { ...example, content: Buffer.from('# Hello\n').toString('base64') },
    });
  }

  clientOf(user: string, line: ClientLine = SDK_2): Promise<TestClient> {
    return signIn(line, new URL('/mcp/github', this.gateway.origin), user);
  }

  /** Calls a tool, and keeps what came back. */
  async call(client: TestClient, name: string, args: Record<string, unknown>) {
    const result = await client.call(name, args);
    this.got.push(JSON.stringify(result));
    const [first] = result.content as { text?: string }[];
    return {
      text: first?.text ?? '',
      isError: result.isError ?? false,
      // biome-ignore lint/suspicious/noExplicitAny: each test knows the shape that its tool answers
      data: result.structuredContent as any,
    };
  }

  async stop(): Promise<void> {
    await Promise.all([this.gateway.stop(), this.github.stop(), this.elsewhere.stop()]);
  }
}
