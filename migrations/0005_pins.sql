-- What a remote server of a tenant offers was first recorded, and since when: one row per address that it ever had.
CREATE TABLE pin_set (
  tenant TEXT NOT NULL,
  server TEXT NOT NULL,
  -- A digest of the server's address: another address is another server, whose definitions have to be looked at.
  source TEXT NOT NULL,
  -- Whose reading was the first, random: of two that come at once only one is.
  recording TEXT NOT NULL,
  -- 1 for the first address of the server, whose first definitions are approved as they are.
  is_first INTEGER NOT NULL,
  -- Counts the changes to its pins, from when they were first recorded: of a server that is deleted and added again, nothing is remembered.
  revision INTEGER NOT NULL,
  recorded_at_ms INTEGER NOT NULL,
  PRIMARY KEY (tenant, server, source)
) STRICT;
-- Every definition that was ever seen there: a tool, a prompt, a template, the instructions.
CREATE TABLE definition_pin (
  tenant TEXT NOT NULL,
  server TEXT NOT NULL,
  source TEXT NOT NULL,
  -- SHA-256 of the kind and the definition, base64url.
  hash TEXT NOT NULL,
  -- waiting, approved or refused.
  state TEXT NOT NULL,
  found_at_ms INTEGER NOT NULL,
  -- Null where nobody has decided.
  decided_at_ms INTEGER,
  -- JSON of the definition, sealed, base64url.
  sealed TEXT NOT NULL,
  -- JSON of who decided and why, sealed, base64url; null where nobody has.
  decision TEXT,
  PRIMARY KEY (tenant, server, source, hash)
) STRICT;
