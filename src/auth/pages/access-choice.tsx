import { displayText } from './display-text.ts';

/** What a person may let a client do with one server. */
export type Access = 'none' | 'read' | 'write';

/** One server that a client asks for. */
export interface ServerAsked {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  /** What the client asks for. */
  readonly access: Access;
  /** Whether the person has not allowed that before, although they know the client. */
  readonly isNew?: boolean;
}

/** Each kind of access in words, from the least on. */
const WORDS: readonly (readonly [access: Access, words: string])[] = [
  ['none', 'No access'],
  ['read', 'Read'],
  ['write', 'Read and change'],
];

/** Two or three lines. */
const SENTENCE_LENGTH = 200;

/** The form field that says what was chosen for a server. */
export function accessField(server: string): string {
  return `access.${server}`;
}

/** Lets a person choose for one server. What was asked for is chosen already, and more or less may be granted. */
export function AccessChoice({ server }: { server: ServerAsked }) {
  return (
    <fieldset class="access">
      <legend>
        <ServerTitle server={server} />
      </legend>
      <ServerText server={server} />
      <div class="choices">
        {WORDS.map(([access, words]) => (
          <label>
            <input
              type="radio"
              name={accessField(server.name)}
              value={access}
              checked={access === server.access}
            />
            <span>{words}</span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}

/** Says what is asked for with one server, to somebody who cannot choose yet. */
export function AccessAsked({ server }: { server: ServerAsked }) {
  const words = WORDS.find(([access]) => access === server.access)?.[1];
  return (
    <li class="asked">
      <div>
        <ServerTitle server={server} /> <span class="small quiet">{words}</span>
        <ServerText server={server} />
      </div>
    </li>
  );
}

function ServerTitle({ server: { name, title, isNew } }: { server: ServerAsked }) {
  return (
    <>
      <bdi>{displayText(title) || displayText(name)}</bdi>
      {isNew && <span class="new">new</span>}
    </>
  );
}

function ServerText({ server: { description } }: { server: ServerAsked }) {
  return (
    <p class="small quiet" dir="auto">
      {displayText(description, SENTENCE_LENGTH)}
    </p>
  );
}
