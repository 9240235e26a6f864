-- Keyed tags of whom and what an event names, by which it is found without being opened; NULL where it names none. See
-- src/audit/search-tags.ts.
ALTER TABLE audit_event ADD COLUMN user_tag TEXT;
ALTER TABLE audit_event ADD COLUMN session_tag TEXT;
ALTER TABLE audit_event ADD COLUMN name_tag TEXT;
ALTER TABLE audit_event ADD COLUMN server_tag TEXT;
CREATE INDEX audit_event_by_user ON audit_event (tenant, user_tag, at_ms, id) WHERE user_tag IS NOT NULL;
CREATE INDEX audit_event_by_session ON audit_event (tenant, session_tag, at_ms, id) WHERE session_tag IS NOT NULL;
CREATE INDEX audit_event_by_name ON audit_event (tenant, name_tag, at_ms, id) WHERE name_tag IS NOT NULL;
CREATE INDEX audit_event_by_server ON audit_event (tenant, server_tag, at_ms, id) WHERE server_tag IS NOT NULL;
