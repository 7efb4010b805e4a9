// The side by side with other services. It is a module of its own, and so is each peer, so
// that nobody else downloads or builds them.
module github.com/tenantry/tenantry/e2e/bench

go 1.26.8

replace github.com/tenantry/tenantry => ../..

exclude (
	github.com/Azure/go-ansiterm v0.0.0-20261006220739-8c912ac31dd4
	github.com/google/pprof v0.0.0-20261016150608-1facf8f91b50
	golang.org/x/exp v0.0.0-20261011100332-faecfb24eb49
)

require (
	github.com/authzed/authzed-go v1.10.0
	github.com/authzed/grpcutil v0.0.0-20240123194739-2ea1e3d2d98b
	github.com/jackc/pgx/v5 v5.12.0
	github.com/tenantry/tenantry v0.0.0
	google.golang.org/grpc v1.83.0
)
