-- What each hosted server offers, read once per code hash and then served without waking an isolate.
CREATE TABLE server_definitions (
  server TEXT NOT NULL,
  code_hash TEXT NOT NULL,
  -- JSON: {discovered, tools, prompts, resourceTemplates}
  definitions TEXT NOT NULL,
  read_at_ms INTEGER NOT NULL,
  PRIMARY KEY (server, code_hash)
) STRICT;
