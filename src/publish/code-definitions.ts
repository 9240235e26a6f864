import * as z from 'zod';
import type { Definitions } from '../catalog/definitions.ts';
import { bounded } from '../connectors/answer-messages.ts';
import { withDeadline } from '../connectors/deadline.ts';
import { blankOf, type DefinitionsReader, isolateDefinitions } from '../connectors/isolate-definitions.ts';
import { GatehouseError } from '../errors.ts';
import { type IsolateCode, isolateFor } from '../runtime/isolate.ts';
import { startFailure } from './code-failure.ts';
import type { Publisher } from './publisher.ts';
import { invalid } from './refusal.ts';

/** Asks src/servers/code whether the code can begin to serve. */
const BEGIN = 'http://isolate.invalid/begin';

/** What the author's code says may be long, or made so. */
const MAX_MESSAGE_LENGTH = 2000;
const MAX_ANSWER_BYTES = 64 * 1024;

const begun = z.object({ failed: z.string().nullable() });

const offered = z.object({
  discovered: z.looseObject({ capabilities: z.record(z.string(), z.unknown()) }),
  tools: z.array(
    z.looseObject({
      name: z.string().regex(/^[A-Za-z0-9_.-]{1,128}$/),
      inputSchema: z.looseObject({ type: z.literal('object') }),
    }),
  ),
  prompts: z.array(z.looseObject({ name: z.string() })),
  resourceTemplates: z.array(z.looseObject({ uriTemplate: z.string() })),
});

/**
 * What uploaded code offers, said by itself in an isolate without network, state and users. It is its operator's own code, so what it
 * throws is told, with its line.
 * @throws GatehouseError `server_invalid`.
 */
export async function codeDefinitions(code: IsolateCode, publisher: Publisher): Promise<Definitions> {
  const { env, exports, settings, principal } = publisher;
  const reader: DefinitionsReader = { env, exports, settings, caller: { principal, objectName: '' } };
  const failed = await withDeadline(settings.DEFINITIONS_TIMEOUT_MS, undefined, ({ signal }) =>
    beginFailure(reader, code, signal),
  );
  if (failed !== null) throw refused(failed);
  return checked(await read(reader, code));
}

/** Why code cannot begin to serve; null where it can. */
async function beginFailure(
  { env, exports, settings, caller }: DefinitionsReader,
  code: IsolateCode,
  signal: AbortSignal,
): Promise<string | null> {
  try {
    const response = await isolateFor(env, exports, blankOf(code), caller).fetch(BEGIN, { signal });
    const body = new Response(bounded(response, MAX_ANSWER_BYTES));
    return begun.parse(await body.json()).failed;
  } catch (error) {
    if (signal.aborted)
      return `It did not begin within ${settings.DEFINITIONS_TIMEOUT_MS} ms (setting DEFINITIONS_TIMEOUT_MS).`;
    if (error instanceof GatehouseError)
      return `It says more than ${MAX_ANSWER_BYTES} bytes before it begins.`;
    return startFailure(error, Object.keys(await code.modules()));
  }
}

async function read(reader: DefinitionsReader, code: IsolateCode): Promise<Definitions> {
  try {
    return await isolateDefinitions(reader, code);
  } catch (error) {
    const reason =
      error instanceof GatehouseError
        ? error.message.replace(/\.$/, '')
        : 'its answers are not those of an MCP server';
    throw refused(
      `${reason}. It must answer server/discover and its lists within ${reader.settings.DEFINITIONS_TIMEOUT_MS} ms ` +
        '(setting DEFINITIONS_TIMEOUT_MS), as revision 2026-07-28 has them.',
    );
  }
}

function checked(definitions: Definitions): Definitions {
  const { error } = offered.safeParse(definitions);
  const [issue] = error?.issues ?? [];
  if (issue) throw refused(`What it offers is wrong: ${issue.path.join('.')}: ${issue.message}.`);
  const names = definitions.tools.map(({ name }) => name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw refused(`What it offers is wrong: there are two tools "${twice}".`);
  return definitions;
}

function refused(reason: string): GatehouseError {
  return invalid(`The code is not accepted. ${reason.slice(0, MAX_MESSAGE_LENGTH)}`);
}
