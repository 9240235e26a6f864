/** What this server runs by: `operations.json` beside its code. It is made at publishing, by src/openapi, and checked there. */
export interface Api {
  readonly name: string;
  readonly title: string;
  readonly version: string;
  /** Where operations are, without a slash at the end. */
  readonly bases: readonly string[];
  /** By the name of the tool. */
  readonly operations: Readonly<Record<string, Operation>>;
}

/** One request that can be made. */
export interface Operation {
  readonly method: string;
  /** Which of `bases` it is at. */
  readonly base: number;
  /** With a place such as `{owner}` for each path parameter. */
  readonly path: string;
  readonly parameters: readonly Parameter[];
  readonly body?: Body;
  readonly accept?: string;
  readonly paging?: Paging;
}

/** How a value is written: OpenAPI 3.1 section 4.8.12.3. */
export interface Styled {
  readonly name: string;
  readonly style?: string;
  readonly explode?: boolean;
  /** Whether reserved characters stay as they are; in a path, slashes. */
  readonly reserved?: true;
  /** The members that an object may have where each is sent by its own name; any, where it is `open`. */
  readonly members?: readonly string[];
  readonly open?: true;
}

/** A parameter, and the argument that it comes from. */
export interface Parameter extends Styled {
  readonly arg: string;
  readonly in: 'path' | 'query' | 'header';
  readonly required?: true;
  /** Whether it is written as JSON. */
  readonly json?: true;
}

/** How a body is made: of one argument, or of several members. */
export interface Body {
  readonly mediaType: string;
  readonly form: 'json' | 'urlencoded' | 'multipart' | 'text' | 'bytes';
  readonly required?: true;
  readonly arg?: string;
  readonly members?: readonly Member[];
}

/** A member of a body that is an object. */
export interface Member extends Styled {
  readonly arg: string;
  readonly required?: true;
  /** Of multipart bodies: the media type of the part, and whether it is a file. */
  readonly mediaType?: string;
  readonly file?: true;
}

/** How further pages are asked for. */
export interface Paging {
  readonly by: 'page' | 'offset' | 'cursor';
  readonly arg: string;
  readonly size?: string;
}

/** The arguments of a call. */
export type Arguments = Readonly<Record<string, unknown>>;
