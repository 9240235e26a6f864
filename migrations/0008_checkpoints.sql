-- What was signed of the heads of chains, in their order, from 1. See src/audit/checkpoint.ts.
CREATE TABLE audit_checkpoint (
  tenant TEXT NOT NULL,
  sequence INTEGER NOT NULL,
  -- Compact JWS (RFC 7515).
  jws TEXT NOT NULL,
  PRIMARY KEY (tenant, sequence)
) STRICT, WITHOUT ROWID;
-- Ranges of chains that are in R2 and not in audit_event any more. What a row says, the checkpoint says that it names.
CREATE TABLE audit_archive (
  tenant TEXT NOT NULL,
  chain TEXT NOT NULL,
  from_sequence INTEGER NOT NULL,
  through_sequence INTEGER NOT NULL,
  -- Of the chain, at the end of the range.
  hash TEXT NOT NULL,
  object TEXT NOT NULL,
  -- SHA-256 of the object, base64url.
  digest TEXT NOT NULL,
  -- The sequence of the checkpoint.
  checkpoint INTEGER NOT NULL,
  PRIMARY KEY (tenant, chain, from_sequence)
) STRICT, WITHOUT ROWID;
