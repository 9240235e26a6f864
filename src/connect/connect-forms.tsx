import { displayText } from '../auth/pages/display-text.ts';
import { connectPath } from '../vault/connect-ticket.ts';
import type { Connection } from '../vault/connection.ts';
import { type CredentialField, fieldsOf, MAX_ENTERED_LENGTH } from './entered-credential.ts';

/** What every form of the page posts. */
export interface FormProps {
  readonly connection: Connection;
  /** The server whose own credential it is; null where servers own none. */
  readonly server: string | null;
  /** The ticket of the link that led here. */
  readonly ticket: string | null;
  /** The token that binds the forms to this browser. */
  readonly csrf: string;
}

/** The form that connects: one button for a third party with OAuth, else the fields of the credential. */
export function ConnectForm({ connection, server, ticket, csrf, isAgain }: FormProps & { isAgain: boolean }) {
  const fields = connection.oauth ? [] : fieldsOf(connection);
  return (
    <form method="post" action={connectPath(connection.id, server)} autocomplete="off">
      <Hidden ticket={ticket} csrf={csrf} />
      {fields.map(field => (
        <Field {...field} />
      ))}
      <button type="submit" name="action" value="connect" class="button primary">
        {isAgain ? 'Reconnect' : 'Connect'} <bdi>{displayText(connection.name)}</bdi>
      </button>
    </form>
  );
}

/** The button that forgets the credential. */
export function DisconnectForm({ connection, server, ticket, csrf }: FormProps) {
  return (
    <form method="post" action={connectPath(connection.id, server)}>
      <Hidden ticket={ticket} csrf={csrf} />
      <button type="submit" name="action" value="disconnect" class="button">
        Disconnect
      </button>
    </form>
  );
}

function Hidden({ ticket, csrf }: Pick<FormProps, 'ticket' | 'csrf'>) {
  return (
    <>
      <input type="hidden" name="csrf" value={csrf} />
      {ticket !== null && <input type="hidden" name="ticket" value={ticket} />}
    </>
  );
}

/** Nothing that was entered is ever sent back, so the field has no value. */
function Field({ name, label }: CredentialField) {
  const type = name === 'username' ? 'text' : 'password';
  return (
    <label class="field">
      <span>{label}</span>
      <input type={type} name={name} required maxlength={MAX_ENTERED_LENGTH} autocomplete="off" />
    </label>
  );
}
