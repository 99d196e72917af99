#!/bin/sh
# Run once by the database's container, on an empty volume: the program gets a database of its own and
# a role that may do nothing beside it.
set -eu
: "${LEDGERLINE_PASSWORD:?is missing in database.env}"
psql --no-psqlrc --quiet --set ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname postgres <<'SQL'
\getenv password LEDGERLINE_PASSWORD
CREATE ROLE ledgerline LOGIN PASSWORD :'password' NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION;
CREATE DATABASE ledgerline OWNER ledgerline;
REVOKE ALL ON DATABASE ledgerline FROM PUBLIC;
SQL
