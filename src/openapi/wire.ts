/**
 * What the server of an OpenAPI description runs by, as data: `operations.json` beside its code. It holds no schemas: whether
 * arguments are right is for the API itself to say. src/servers/openapi/operation.ts is the same, as that server reads it.
 */
export interface WireServer {
  readonly name: string;
  readonly title: string;
  readonly version: string;
  /** Where operations are, without a slash at the end. */
  readonly bases: readonly string[];
  /** By the name of the tool. */
  readonly operations: Readonly<Record<string, WireOperation>>;
}

/** One request that can be made. */
export interface WireOperation {
  readonly method: string;
  /** Which of `bases` it is at. */
  readonly base: number;
  /** With a place such as `{owner}` for each path parameter. */
  readonly path: string;
  readonly parameters: readonly WireParameter[];
  readonly body?: WireBody;
  /** What the answer is to be, as media types. */
  readonly accept?: string;
  /** How it says that there is more, by the argument that brings it. */
  readonly paging?: WirePaging;
}

/** Which members an object may have where each is sent by its own name (`explode`): those named, any, or none at all. */
export interface Exploding {
  readonly members?: readonly string[];
  readonly open?: true;
}

/** A parameter of the address or a header. What is left out is as the specification has it by default. */
export interface WireParameter extends Exploding {
  /** The argument that it comes from. */
  readonly arg: string;
  readonly name: string;
  readonly in: 'path' | 'query' | 'header';
  readonly required?: true;
  /** OpenAPI 3.1 section 4.8.12.3. */
  readonly style?: string;
  readonly explode?: boolean;
  /** Whether reserved characters stay as they are; in a path, slashes. */
  readonly reserved?: true;
  /** Whether it is written as JSON. */
  readonly json?: true;
}

/** How a request's body is made. */
export interface WireBody {
  readonly mediaType: string;
  readonly form: 'json' | 'urlencoded' | 'multipart' | 'text' | 'bytes';
  readonly required?: true;
  /** The argument that is all of it; else it is made of `members`. */
  readonly arg?: string;
  readonly members?: readonly WireMember[];
}

/** A member of a body that is an object. */
export interface WireMember extends Exploding {
  readonly arg: string;
  readonly name: string;
  readonly required?: true;
  /** Of forms: as of a query parameter. */
  readonly style?: string;
  readonly explode?: boolean;
  /** Of multipart bodies: the media type of the part. */
  readonly mediaType?: string;
  /** Of multipart bodies: whether it is a file. */
  readonly file?: true;
}

/** How further pages are asked for. */
export interface WirePaging {
  readonly by: 'page' | 'offset' | 'cursor';
  readonly arg: string;
  /** The argument that says how much a page holds. */
  readonly size?: string;
}
