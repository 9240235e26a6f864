-- What happened, as the objects recorded it that were asked first. Written once; an event that comes twice is the same row.
CREATE TABLE audit_event (
  -- UUID.
  id TEXT PRIMARY KEY,
  tenant TEXT NOT NULL,
  -- The chain that it is part of, and its place there, from 1. Not unique: what somebody else put there must not keep out
  -- what was recorded; verification finds it.
  chain TEXT NOT NULL,
  sequence INTEGER NOT NULL,
  at_ms INTEGER NOT NULL,
  kind TEXT NOT NULL,
  -- The master key that it is sealed under.
  kid TEXT NOT NULL,
  -- The canonical text, sealed, base64url.
  event TEXT NOT NULL,
  previous_hash TEXT NOT NULL,
  hash TEXT NOT NULL
) STRICT;
CREATE INDEX audit_event_by_place ON audit_event (tenant, chain, sequence);
CREATE INDEX audit_event_by_time ON audit_event (tenant, at_ms, id);
