#!/usr/bin/env bash
# Images for a machine that reaches no registry, with the interface of the official ones as far
# as compose.yaml and the tests use it: `FROM scratch`, of programs built here and of Debian's
# packages postgresql and busybox-static.
#
#   deploy/images/build.sh [tenantry|spicedb|postgres|faults]...     all of them by default
#   deploy/images/build.sh tenantry-failpoint                        only for tests
#
# faults stands between the parts in the tests of e2e/cluster; there is no official one. An image
# is named tenantry/local-NAME.
#
# An image whose content has not changed is left as it is.
set -euo pipefail
cd "$(dirname "$0")/../.."

# The module that says which SpiceDB it is.
spicedb_module=tools/spicedb
[ -d "$spicedb_module" ] || spicedb_module=e2e/bench/peers/spicedb
certificates=/etc/ssl/certs/ca-certificates.crt

export CGO_ENABLED=0 GOFLAGS="${GOFLAGS:--buildvcs=false}"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p bin
exec 9>bin/images.lock # tests of several packages may ask at once
flock 9

# image NAME makes the image of the folder $work/NAME, unless there is one of the same content.
# The content is that of the files, and not their times.
image() {
	local name=tenantry/local-$1 content old
	content=$(cd "$work/$1" && find . -type f -print0 | sort -z | xargs -0 sha256sum | sha256sum | cut -d' ' -f1)
	old=$(docker image inspect -f '{{.Id}} {{index .Config.Labels "tenantry.content"}}' "$name" 2>/dev/null || true)
	if [ "${old#* }" = "$content" ]; then
		echo "$name: up to date"
		return
	fi
	docker build -q --label "tenantry.content=$content" -t "$name" "$work/$1" 2>/dev/null
	[ -z "$old" ] || docker image rm "${old% *}" >/dev/null 2>&1 || true # a container may still use it
	echo "$name: built"
}

# build MODULE PACKAGE builds a program into bin/, with the flags of everybody else here: others
# would compile everything again.
build() { go build -C "$1" -o "$PWD/bin/" "$2"; }

tenantry() {
	build . ./cmd/tenantry
	image_of_program tenantry bin/tenantry
}

# The same with the failpoints that are compiled into no other.
tenantry-failpoint() {
	go build -tags failpoint -o bin/tenantry-failpoint ./cmd/tenantry
	image_of_program tenantry-failpoint bin/tenantry-failpoint
}

# image_of_program NAME PROGRAM makes what deploy/Dockerfile describes, without the stage that
# builds the program.
image_of_program() {
	mkdir -p "$work/$1/out/data" "$work/$1/etc/ssl/certs"
	cp "$2" "$work/$1/out/tenantry"
	cp "$certificates" "$work/$1/etc/ssl/certs/"
	sed -n '/^FROM scratch/,$ { s/--from=build //; p }' deploy/Dockerfile >"$work/$1/Dockerfile"
	image "$1"
}

spicedb() {
	build "$spicedb_module" github.com/authzed/spicedb/cmd/spicedb
	build . ./deploy/images/grpc_health_probe
	mkdir "$work/spicedb"
	cp bin/spicedb bin/grpc_health_probe "$certificates" "$work/spicedb/"
	cp deploy/images/spicedb.Dockerfile "$work/spicedb/Dockerfile"
	image spicedb
}

# The programs of PostgreSQL with what they link, as files of one archive.
postgres() {
	local server root=$work/postgres.root
	server=$(ls -d /usr/lib/postgresql/*/ | sort -V | tail -1)
	server=${server%/}
	mkdir -p "$root"/{bin,tmp,etc,docker-entrypoint-initdb.d,run/postgresql,var/lib/postgresql/data} "$work/postgres"
	local programs=("$server"/bin/{postgres,initdb,pg_ctl,pg_isready,psql} "$server"/lib/*.so)
	programs=("${programs[@]/*llvmjit*/}") # compiling expressions would bring all of LLVM
	# shellcheck disable=SC2206 # the empty one is left out
	programs=(${programs[@]})
	ldd "${programs[@]}" | awk '/=> \// { print $3 } $1 ~ /^\/.*ld-linux/ { print $1 }' | sort -u >"$work/libraries"
	xargs -a "$work/libraries" cp -L --parents -t "$root"
	cp --parents -r "${programs[@]}" "/usr/share/postgresql/${server##*/}" /usr/share/zoneinfo /usr/lib/locale/C.utf8 -t "$root"
	ln -s "${server##*/}" "$root/usr/lib/postgresql/current"
	ln -s /run "$root/var/run"
	cp /bin/busybox deploy/images/postgres/docker-entrypoint.sh "$root/bin/"
	local tool
	for tool in sh cat rm; do ln -s busybox "$root/bin/$tool"; done
	echo 'postgres:x:999:999::/var/lib/postgresql:/bin/sh' >"$root/etc/passwd"
	echo 'postgres:x:999:' >"$root/etc/group"
	chmod 1777 "$root/tmp"
	chmod 0700 "$root/var/lib/postgresql/data"
	chown -R 999:999 "$root/run/postgresql" "$root/var/lib/postgresql"
	tar -C "$root" --sort=name --mtime=@0 -cf "$work/postgres/root.tar" .
	cp deploy/images/postgres/Dockerfile "$work/postgres/"
	image postgres
}

faults() {
	build . ./e2e/cluster/faults
	mkdir "$work/faults"
	cp bin/faults "$work/faults/"
	printf 'FROM scratch\nCOPY faults /faults\nENTRYPOINT ["/faults"]\n' >"$work/faults/Dockerfile"
	image faults
}

for name in "${@:-tenantry spicedb postgres faults}"; do
	for one in $name; do "$one"; done
done
