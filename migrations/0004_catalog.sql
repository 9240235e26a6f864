-- The servers that operators of a tenant have added, or have changed the look of.
CREATE TABLE catalog_server (
  tenant TEXT NOT NULL,
  name TEXT NOT NULL,
  kind TEXT NOT NULL,
  -- The version in use, of catalog_version.
  version INTEGER NOT NULL,
  -- 0 while it is disabled.
  is_enabled INTEGER NOT NULL,
  -- JSON: the names of the servers whose tools a virtual server gathers; scopes are made of them.
  members TEXT NOT NULL,
  PRIMARY KEY (tenant, name)
) STRICT;
-- Every version that was ever saved. Written once.
CREATE TABLE catalog_version (
  tenant TEXT NOT NULL,
  name TEXT NOT NULL,
  -- From 1.
  version INTEGER NOT NULL,
  -- JSON: the hashes of the artifacts that it consists of. What no version names is deleted.
  artifacts TEXT NOT NULL,
  -- The length of what is sealed.
  bytes INTEGER NOT NULL,
  -- JSON of the version, sealed, base64url.
  sealed TEXT NOT NULL,
  saved_at_ms INTEGER NOT NULL,
  PRIMARY KEY (tenant, name, version)
) STRICT;
-- What is too large for a row, cut in parts, by the SHA-256 of the whole: code, descriptions, definitions.
CREATE TABLE catalog_artifact (
  tenant TEXT NOT NULL,
  hash TEXT NOT NULL,
  -- From 0.
  part INTEGER NOT NULL,
  parts INTEGER NOT NULL,
  -- The length of what is sealed.
  bytes INTEGER NOT NULL,
  -- Base64url: D1 hands BLOBs over as lists of numbers.
  sealed TEXT NOT NULL,
  PRIMARY KEY (tenant, hash, part)
) STRICT;
