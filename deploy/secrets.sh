#!/usr/bin/env bash
# Makes the secrets of compose.yaml in deploy/secrets, or in the folder that is given. What is
# there stays as it is.
#
# The files can be read by everybody who reaches them, for each part runs as somebody else; that
# nobody else does is the folder's business.
set -euo pipefail
folder=${1:-$(dirname "$0")/secrets}
mkdir -p -m 0700 "$folder"

# keep NAME keeps its input as a secret, unless there is one.
keep() {
	[ -e "$folder/$1" ] || { cat >"$folder/$1.new" && chmod 0444 "$folder/$1.new" && mv "$folder/$1.new" "$folder/$1"; }
}

# Letters and digits alone, for some of them stand in URLs.
random() { head -c 48 /dev/urandom | base64 -w 0 | tr -d '+/=' | head -c 48; }

for name in postgres_password record_password spicedb_password spicedb_key; do
	random | keep "$name"
done
keep record_url <<<"postgres://tenantry:$(<"$folder/record_password")@postgres:5432/tenantry?sslmode=disable"
keep spicedb.env <<END
SPICEDB_GRPC_PRESHARED_KEY=$(<"$folder/spicedb_key")
SPICEDB_DATASTORE_CONN_URI=postgres://spicedb:$(<"$folder/spicedb_password")@postgres:5432/spicedb?sslmode=disable
END
