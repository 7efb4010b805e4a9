package embedded

import (
	"cmp"
	"context"
	"time"

	spicedb "github.com/authzed/spicedb/pkg/cmd/server"
	"github.com/authzed/spicedb/pkg/cmd/util"
	"github.com/authzed/spicedb/pkg/datalayer"
	"google.golang.org/grpc"

	"github.com/tenantry/tenantry/internal/engine"
)

// The schema is kept as one text and its hash, the form that all later SpiceDBs use. All
// that share a datastore must agree on it.
const (
	schemaMode     = datalayer.SchemaModeReadNewWriteNew
	schemaModeName = "read-new-write-new"
)

// schemaCacheBytes holds a few versions of our schema many times over.
const schemaCacheBytes = 8 << 20

const defaultStopGrace = 5 * time.Second

// commonOptions are those of every server. What is here stands against a default of
// SpiceDB that is made for a process and a machine of its own.
func commonOptions(config Config) []spicedb.ConfigOption {
	return []spicedb.ConfigOption{
		spicedb.WithExperimentalSchemaMode(schemaModeName),
		spicedb.WithStoredSchemaCacheConfig(cache("stored_schema", "8MiB")),
		// The legacy schema's cache is never read in this mode, and never closed.
		spicedb.WithNamespaceCacheConfig(spicedb.CacheConfig{}),
		// Serves an experimental lookup that is not on.
		spicedb.WithLR3ResourceChunkCacheConfig(spicedb.CacheConfig{}),
		// We are the only node: nothing is dispatched to others.
		spicedb.WithClusterDispatchCacheConfig(spicedb.CacheConfig{}),
		spicedb.WithDispatchServer(util.GRPCServerConfig{}),
		spicedb.WithMaximumUpdatesPerWrite(cmp.Or(config.MaxUpdates, engine.DefaultMaxUpdates)),
		spicedb.WithShutdownGracePeriod(cmp.Or(config.StopGrace, defaultStopGrace)),
		// The process tells about itself in its own way: no report to the makers of SpiceDB,
		// no HTTP listeners, no logged requests (they hold personal data), no metrics. What
		// SpiceDB measures all the same is in registries of each server's own, or is
		// registered once for all.
		spicedb.WithSilentlyDisableTelemetry(true),
		spicedb.WithHTTPGateway(util.HTTPServerConfig{}),
		spicedb.WithMetricsAPI(util.HTTPServerConfig{}),
		spicedb.WithEnableRequestLogs(false),
		spicedb.WithEnableResponseLogs(false),
		spicedb.WithDisableGRPCLatencyHistogram(true),
		spicedb.WithDispatchClientMetricsEnabled(false),
		spicedb.WithDispatchClusterMetricsEnabled(false),
		// It would refuse calls by the memory of the whole process, of which we are a part.
		spicedb.WithEnableMemoryProtectionMiddleware(false),
	}
}

// cache is a cache of a fixed size. By default SpiceDB takes shares of the machine's memory.
func cache(name, size string) spicedb.CacheConfig {
	return spicedb.CacheConfig{Name: name, MaxCost: size, Enabled: true}
}

// ownOptions are those of the server for our own client: no port, so no key.
func ownOptions(config Config) []spicedb.ConfigOption {
	return append(commonOptions(config),
		spicedb.WithGRPCServer(util.GRPCServerConfig{Network: util.BufferedNetwork, Enabled: true}),
		spicedb.WithGRPCAuthFunc(func(ctx context.Context) (context.Context, error) { return ctx, nil }),
		spicedb.WithDispatchCacheConfig(cache("dispatch", "16MiB")),
	)
}

// zedOptions are those of a server for zed. It has no dispatch cache: an explanation shows
// nothing of what comes from the cache.
func zedOptions(config Config) []spicedb.ConfigOption {
	return append(commonOptions(config),
		spicedb.WithPresharedSecureKey(config.ZedKey),
		spicedb.WithDispatchCacheConfig(spicedb.CacheConfig{}),
	)
}

// auditorOptions are those of a server for zed that refuses to write. Who has no valid key
// is refused before, and learns nothing of methods.
func auditorOptions(config Config) []spicedb.ConfigOption {
	return append(commonOptions(config),
		spicedb.WithPresharedSecureKey(config.AuditorKey),
		spicedb.WithDispatchCacheConfig(spicedb.CacheConfig{}),
		spicedb.WithUnaryMiddlewareModification(afterAuthentication(
			spicedb.NewUnaryMiddleware().WithName(readOnlyName).WithInterceptor(readOnlyUnary).Done())),
		spicedb.WithStreamingMiddlewareModification(afterAuthentication(
			spicedb.NewStreamMiddleware().WithName(readOnlyName).WithInterceptor(readOnlyStream).Done())),
	)
}

const readOnlyName = "readonly"

func afterAuthentication[T grpc.UnaryServerInterceptor | grpc.StreamServerInterceptor](m spicedb.ReferenceableMiddleware[T]) spicedb.MiddlewareModification[T] {
	return spicedb.MiddlewareModification[T]{
		DependencyMiddlewareName: spicedb.DefaultMiddlewareGRPCAuth,
		Operation:                spicedb.OperationAppend,
		Middlewares:              []spicedb.ReferenceableMiddleware[T]{m},
	}
}
