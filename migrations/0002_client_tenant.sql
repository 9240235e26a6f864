-- In which tenants a client is or was in use. Registered clients are the deployment's: one tenant must not delete
-- what another uses.
CREATE TABLE client_tenant (
  client TEXT NOT NULL,
  tenant TEXT NOT NULL,
  PRIMARY KEY (client, tenant)
) STRICT;
