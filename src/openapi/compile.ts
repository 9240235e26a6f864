import type { Definitions } from '../catalog/definitions.ts';
import { completeResult } from '../protocol/modern.ts';
import { REVISIONS } from '../protocol/revision.ts';
import { baseUrlOf, serverUrl } from './base-url.ts';
import type { Description } from './description.ts';
import { Effort } from './effort.ts';
import { type Json, objectIn, textIn } from './json.ts';
import { Names } from './names.ts';
import { type Operation, operationsOf, type Selection } from './operations.ts';
import type { ParameterSource } from './parameters.ts';
import { plainLine } from './plain-text.ts';
import { References } from './references.ts';
import { toolOf } from './tool.ts';
import type { WireOperation, WireServer } from './wire.ts';

/** How a description is to become a server. */
export interface Wanted {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly baseUrl?: string | undefined;
  readonly sourceUrl?: string | undefined;
  readonly select: Selection;
  /** Why a request cannot be made; null where it can. */
  readonly obstacleTo: (method: string, url: URL) => string | null;
  readonly maySendHeader: ParameterSource['maySendHeader'];
}

/** A server made of a description. */
export interface Compiled {
  readonly definitions: Definitions;
  readonly operations: WireServer;
  /** The headers that its requests may have, in lower case, in the order of their names. */
  readonly headers: readonly string[];
  /** Operations that are no tools, with the reason. */
  readonly left: readonly { readonly operation: string; readonly reason: string }[];
}

/**
 * Makes the tools of a server of an OpenAPI description: what clients are told of them, and what its isolate runs by. Pure, and
 * bounded in time and space whatever the description is.
 * @throws GatehouseError `server_invalid`, naming what is wrong with the description or the selection.
 */
export function compile(description: Description, wanted: Wanted): Compiled {
  const references = new References(description.root);
  const source: ParameterSource = {
    references,
    dialect: description.dialect,
    effort: new Effort(),
    maySendHeader: wanted.maySendHeader,
  };
  const bases = new Bases(description.root, wanted);
  const names = new Names();
  const left: { operation: string; reason: string }[] = [];
  const tools: Json[] = [];
  const operations: [string, WireOperation][] = [];
  for (const operation of operationsOf(description, references, wanted.select)) {
    const name = names.next(...wishesFor(operation));
    const base = bases.of(operation);
    const obstacle = obstacleOf(operation, base.url, wanted);
    const tool = obstacle === null ? toolOf(name, operation, base.index, source) : { obstacle };
    if ('obstacle' in tool) {
      left.push({ operation: `${operation.method} ${operation.path}`, reason: tool.obstacle });
      continue;
    }
    tools.push(tool.definition);
    operations.push([name, tool.wire]);
  }
  const version = plainLine(textIn(objectIn(description.root, 'info'), 'version'), 40) || '1';
  const { name, title } = wanted;
  return {
    definitions: { discovered: discovered(wanted, version), tools, prompts: [], resourceTemplates: [] },
    operations: { name, title, version, bases: bases.urls, operations: Object.fromEntries(operations) },
    headers: headersOf(operations.map(([, operation]) => operation)),
    left,
  };
}

function headersOf(operations: readonly WireOperation[]): string[] {
  const sent = operations.flatMap(({ parameters }) => parameters.filter(each => each.in === 'header'));
  return [...new Set(sent.map(({ name }) => name.toLowerCase()))].toSorted();
}

function wishesFor({ id, method, path }: Operation): string[] {
  const byPath = `${method.toLowerCase()}${path.replaceAll(/\{([^{}]+)\}/g, 'by_$1')}`;
  return id === '' ? [byPath] : [id, byPath];
}

/** Parameters in the path stand for what can be anything. */
function obstacleOf({ method, path }: Operation, base: string, { obstacleTo }: Wanted): string | null {
  const sample = `${base}${path.replaceAll(/\{[^{}]*\}/g, 'x')}`;
  return URL.canParse(sample) ? obstacleTo(method, new URL(sample)) : 'its path makes no address';
}

function discovered({ name, title, description }: Wanted, version: string): Json {
  const members = {
    supportedVersions: [...REVISIONS],
    capabilities: { tools: { listChanged: false } },
    instructions: `${title}: ${description}\nLong answers are cut: ask for what you need by "_fields", or go on by "_offset".`,
  };
  return completeResult(members, { name, title, version });
}

/** The addresses that operations are at. */
class Bases {
  readonly urls: string[];
  readonly #sourceUrl: string | undefined;

  constructor(root: Json, { baseUrl, sourceUrl }: Wanted) {
    this.urls = [baseUrlOf(root, { override: baseUrl, sourceUrl })];
    this.#sourceUrl = sourceUrl;
  }

  /** An operation or path may have servers of its own. */
  of({ servers: [own] }: Operation): { index: number; url: string } {
    const url = own ? serverUrl(own, this.#sourceUrl) : null;
    const [first = ''] = this.urls;
    if (url === null) return { index: 0, url: first };
    if (!this.urls.includes(url)) this.urls.push(url);
    return { index: this.urls.indexOf(url), url };
  }
}
