package cluster

import (
	"context"
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/moby/moby/api/types/container"
	"github.com/moby/moby/api/types/mount"
	"github.com/moby/moby/client"
	"github.com/testcontainers/testcontainers-go"
)

// What PostgreSQL is told. Each of the two databases belongs to one part.
const (
	postgresUser     = "cluster"
	postgresPassword = "password-of-the-cluster-under-test"
	recordDatabase   = "tenantry"
	spicedbDatabase  = "spicedb"
)

// postgresOwner is who PostgreSQL runs as in the official image.
const postgresOwner = "999"

// dataDirectory is where the official image has the data.
const dataDirectory = "/var/lib/postgresql/data"

// Postgres is the database of the record and of SpiceDB. Its disk is memory that outlives it:
// what it has written is there after a crash of it.
type Postgres struct {
	*Part

	diskControl string // URL of what fills its disk
}

// DSN is where the test reaches one of the databases, tenantry or spicedb.
func (p *Postgres) DSN(database string) string { return dsn(p.Address, database) }

func dsn(address, database string) string {
	return fmt.Sprintf("postgres://%s:%s@%s/%s?sslmode=disable", postgresUser, postgresPassword, address, database)
}

// SQL runs statements as the superuser, inside the part, and returns what psql prints: rows
// alone, columns separated by "|".
func (p *Postgres) SQL(t testing.TB, database, statements string) string {
	t.Helper()
	return p.Exec(t, psql(database, statements)...)
}

func psql(database, statements string) []string {
	return []string{"psql", "--no-psqlrc", "-v", "ON_ERROR_STOP=1", "-qAt", "-U", postgresUser, "-d", database, "-c", statements}
}

// FillDisk takes all space of the disk but so many bytes.
func (p *Postgres) FillDisk(t testing.TB, free int64) {
	t.Helper()
	p.disk(t, http.MethodPut, fmt.Sprintf("/disk?free=%d", free))
}

// FreeDisk gives back what FillDisk took.
func (p *Postgres) FreeDisk(t testing.TB) {
	t.Helper()
	p.disk(t, http.MethodDelete, "/disk")
}

func (p *Postgres) disk(t testing.TB, method, path string) {
	t.Helper()
	if _, err := command(t.Context(), method, p.diskControl+path, nil); err != nil {
		t.Fatalf("the disk of PostgreSQL: %v", err)
	}
}

// SlowDisk makes every commit wait before it is flushed, as a disk does whose fsync takes so
// long; 0 ends it. It is at most 100 ms, which is PostgreSQL's limit; Pause is a disk that
// stalls altogether. Reads are as quick as before.
func (p *Postgres) SlowDisk(t testing.TB, fsync time.Duration) {
	t.Helper()
	for _, statement := range []string{
		fmt.Sprintf("ALTER SYSTEM SET commit_delay = %d", fsync.Microseconds()),
		"ALTER SYSTEM SET commit_siblings = 0", // also for who is alone
		"SELECT pg_reload_conf()",
	} {
		p.SQL(t, recordDatabase, statement)
	}
}

// startPostgres starts the disk, PostgreSQL on it, and makes the databases.
func (c *Cluster) startPostgres(ctx context.Context) (err error) {
	p := c.Postgres
	p.ask = func(ctx context.Context) error {
		_, err := p.exec(ctx, "pg_isready", "-q", "-h", "127.0.0.1", "-U", postgresUser)
		return err
	}
	if err := c.startDisk(ctx); err != nil {
		return err
	}
	p.container, err = c.run(ctx, spec{
		name:  p.Name,
		image: c.images.postgres,
		env: map[string]string{
			"POSTGRES_USER": postgresUser, "POSTGRES_PASSWORD": postgresPassword, "POSTGRES_DB": recordDatabase,
		},
		cmd: []string{
			"-c", "track_commit_timestamp=on", // SpiceDB's Watch needs it
			"-c", "max_connections=300",
		},
		options: []testcontainers.ContainerCustomizer{
			c.withDisk(),
			testcontainers.WithTmpfs(map[string]string{"/tmp": "", "/var/run/postgresql": "uid=" + postgresOwner + ",gid=" + postgresOwner}),
		},
	})
	if err != nil {
		return err
	}
	if err := p.awaitReady(ctx); err != nil {
		return err
	}
	_, err = p.exec(ctx, psql(recordDatabase, "CREATE DATABASE "+spicedbDatabase)...)
	return err
}

// startDisk makes the volume, and what keeps it mounted and fills it.
func (c *Cluster) startDisk(ctx context.Context) error {
	size := c.options.Disk
	if size == 0 {
		size = 1 << 30
	}
	_, err := c.docker.VolumeCreate(ctx, client.VolumeCreateOptions{
		Name: c.diskName(), Labels: c.labels(),
		DriverOpts: map[string]string{
			"type": "tmpfs", "device": "tmpfs",
			"o": fmt.Sprintf("size=%d,mode=0700,uid=%s,gid=%s", size, postgresOwner, postgresOwner),
		},
	})
	if err != nil {
		return err
	}
	disk, err := c.run(ctx, spec{
		name: "disk", image: c.images.faults, cmd: []string{"disk", dataDirectory}, ports: []string{controlPort + "/tcp"},
		options: []testcontainers.ContainerCustomizer{awaitFaults, c.withDisk()},
	})
	if err != nil {
		return err
	}
	c.Postgres.diskControl, err = disk.PortEndpoint(ctx, controlPort+"/tcp", "http")
	return err
}

func (c *Cluster) diskName() string { return "tenantry-e2e-" + c.id }

// withDisk mounts the disk for PostgreSQL's user, as it is: what an image has at its place is
// not copied there.
func (c *Cluster) withDisk() testcontainers.CustomizeRequestOption {
	return func(r *testcontainers.GenericContainerRequest) error {
		both := []testcontainers.CustomizeRequestOption{
			withHost(func(h *container.HostConfig) {
				h.Mounts = append(h.Mounts, mount.Mount{
					Type: mount.TypeVolume, Source: c.diskName(), Target: dataDirectory,
					VolumeOptions: &mount.VolumeOptions{NoCopy: true},
				})
			}),
			testcontainers.WithConfigModifier(func(c *container.Config) { c.User = postgresOwner + ":" + postgresOwner }),
		}
		for _, option := range both {
			if err := option(r); err != nil {
				return err
			}
		}
		return nil
	}
}
