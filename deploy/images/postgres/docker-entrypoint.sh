#!/bin/sh
# The part of the official image's entry point that we use: POSTGRES_USER, POSTGRES_PASSWORD or
# POSTGRES_PASSWORD_FILE, POSTGRES_DB, *.sql in /docker-entrypoint-initdb.d on the first start,
# and arguments of the server.
set -eu

case "${1:-}" in -*) set -- postgres "$@" ;; esac
[ "${1:-}" = postgres ] || exec "$@"

initialize() {
	user=${POSTGRES_USER:-postgres}
	database=${POSTGRES_DB:-$user}
	password=${POSTGRES_PASSWORD:-}
	[ -z "${POSTGRES_PASSWORD_FILE:-}" ] || password=$(cat "$POSTGRES_PASSWORD_FILE")
	if [ -z "$password" ]; then
		echo 'POSTGRES_PASSWORD or POSTGRES_PASSWORD_FILE must be given' >&2
		exit 1
	fi
	# Beside the data and not in it, else initdb finds a directory that is not empty.
	printf '%s\n' "$password" >/tmp/password
	initdb --no-sync --username="$user" --pwfile=/tmp/password --auth-local=trust --auth-host=scram-sha-256
	rm /tmp/password
	printf '\nhost all all all scram-sha-256\n' >>"$PGDATA/pg_hba.conf"
	printf "listen_addresses = '*'\n" >>"$PGDATA/postgresql.conf"

	# Nobody reaches the server before everything is there: so far it has no address.
	pg_ctl -w start -o "-c listen_addresses='' -c fsync=off"
	sql="psql -v ON_ERROR_STOP=1 --no-psqlrc --username=$user"
	[ "$database" = postgres ] || echo 'CREATE DATABASE :"name"' | $sql --dbname=postgres -v name="$database"
	for file in /docker-entrypoint-initdb.d/*.sql; do
		[ ! -e "$file" ] || $sql --dbname="$database" -f "$file"
	done
	pg_ctl -w -m fast stop
	initdb --sync-only
}

[ -s "$PGDATA/PG_VERSION" ] || initialize
exec "$@"
