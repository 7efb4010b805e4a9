-- The databases of compose.yaml: one for the record, one for SpiceDB, each with a role of its
-- own. PostgreSQL runs this on its first start alone.
\set record_password `cat /run/secrets/record_password`
\set spicedb_password `cat /run/secrets/spicedb_password`

CREATE ROLE tenantry LOGIN PASSWORD :'record_password';
CREATE DATABASE tenantry OWNER tenantry;
REVOKE ALL ON DATABASE tenantry FROM PUBLIC;

CREATE ROLE spicedb LOGIN PASSWORD :'spicedb_password';
CREATE DATABASE spicedb OWNER spicedb;
REVOKE ALL ON DATABASE spicedb FROM PUBLIC;
