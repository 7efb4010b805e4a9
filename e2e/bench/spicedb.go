package main

import (
	"context"
	"fmt"
	"os/exec"
	"syscall"

	v1 "github.com/authzed/authzed-go/proto/authzed/api/v1"
	"github.com/authzed/authzed-go/v1"
	"github.com/authzed/grpcutil"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"

	"github.com/tenantry/tenantry/internal/engine"
	"github.com/tenantry/tenantry/internal/estate"
	"github.com/tenantry/tenantry/internal/estate/measure"
)

// spicedbKey opens the SpiceDB of this run.
const spicedbKey = "side-by-side"

// startSpiceDB asks a stock SpiceDB itself.
func startSpiceDB(ctx context.Context, s *stand) ([]measure.Measure, error) {
	c, err := s.startCluster(ctx)
	if err != nil {
		return nil, err
	}
	check := func(name string, consistency *v1.Consistency) measure.Measure {
		return measure.Load(name, s.callers, func(int) (measure.Caller, error) {
			return newGRPCChecker(c.spicedb, consistency, s.questions.Next)
		})
	}
	return []measure.Measure{
		check(spiceFresh, &v1.Consistency{Requirement: &v1.Consistency_FullyConsistent{FullyConsistent: true}}),
		check(spiceStale, &v1.Consistency{Requirement: &v1.Consistency_MinimizeLatency{MinimizeLatency: true}}),
	}, nil
}

// serveSpiceDB serves the database by a stock SpiceDB.
func (s *stand) serveSpiceDB(ctx context.Context, uri string) (address string, err error) {
	path, err := s.build(ctx, spicedbProgram)
	if err != nil {
		return "", err
	}
	database := []string{"--datastore-engine=postgres", "--datastore-conn-uri=" + uri}
	if err := command(ctx, path, append([]string{"datastore", "migrate", "head"}, database...)...); err != nil {
		return "", err
	}
	if address, err = freeAddress(); err != nil {
		return "", err
	}
	serve := exec.Command(path, append([]string{"serve", "--grpc-addr=" + address, "--grpc-preshared-key=" + spicedbKey,
		"--metrics-enabled=false", "--telemetry-endpoint=", "--skip-release-check", "--log-level=warn"}, database...)...)
	return address, s.launch(ctx, address, syscall.SIGTERM, serve)
}

func dialSpiceDB(address string) (*authzed.Client, error) {
	return authzed.NewClient(address,
		grpc.WithTransportCredentials(insecure.NewCredentials()), grpcutil.WithInsecureBearerToken(spicedbKey))
}

// fillSpiceDB loads the relationships into a SpiceDB that has the schema.
func fillSpiceDB(ctx context.Context, address string, shape estate.Shape) error {
	tell("filling SpiceDB")
	client, err := dialSpiceDB(address)
	if err != nil {
		return err
	}
	defer client.Close()
	return engine.New(client, engine.Options{}).Load(ctx, shape.All())
}

// grpcChecker asks SpiceDB over a connection of its own.
type grpcChecker struct {
	client      *authzed.Client
	consistency *v1.Consistency
	next        func() estate.Case
}

func newGRPCChecker(address string, consistency *v1.Consistency, next func() estate.Case) (*grpcChecker, error) {
	client, err := dialSpiceDB(address)
	return &grpcChecker{client, consistency, next}, err
}

// Close implements [measure.Caller].
func (c *grpcChecker) Close() error { return c.client.Close() }

// Call implements [measure.Caller].
func (c *grpcChecker) Call(ctx context.Context) error {
	q := c.next()
	response, err := c.client.CheckPermission(ctx, &v1.CheckPermissionRequest{
		Consistency: c.consistency,
		Resource:    &v1.ObjectReference{ObjectType: q.Resource.Type, ObjectId: q.Resource.ID},
		Permission:  q.Permission,
		Subject:     &v1.SubjectReference{Object: &v1.ObjectReference{ObjectType: q.Subject.Type, ObjectId: q.Subject.ID}},
	})
	if err != nil {
		return err
	}
	if (response.GetPermissionship() == v1.CheckPermissionResponse_PERMISSIONSHIP_HAS_PERMISSION) != q.Allowed {
		return fmt.Errorf("%+v was answered %s", q, response.GetPermissionship())
	}
	return nil
}
