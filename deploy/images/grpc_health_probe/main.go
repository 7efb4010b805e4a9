// Command grpc_health_probe asks a gRPC server how it fares, as the program of that name in
// the official image of SpiceDB does. It knows the flags that the health check of compose.yaml
// uses, speaks without TLS, and exits with 0 if the server serves.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/health/grpc_health_v1"
)

func main() {
	address := flag.String("addr", "localhost:50051", "host:port of the server")
	connect := flag.Duration("connect-timeout", time.Second, "the longest that the connection may take")
	call := flag.Duration("rpc-timeout", time.Second, "the longest that the answer may take")
	flag.Parse()
	if err := probe(*address, *connect+*call); err != nil {
		fmt.Fprintln(os.Stderr, "grpc_health_probe:", err)
		os.Exit(1)
	}
}

func probe(address string, timeout time.Duration) error {
	connection, err := grpc.NewClient(address, grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		return err
	}
	defer connection.Close()
	ctx, cancel := context.WithTimeout(context.Background(), timeout)
	defer cancel()
	answer, err := grpc_health_v1.NewHealthClient(connection).Check(ctx, &grpc_health_v1.HealthCheckRequest{})
	if err != nil {
		return err
	}
	if answer.GetStatus() != grpc_health_v1.HealthCheckResponse_SERVING {
		return fmt.Errorf("the server is %s", answer.GetStatus())
	}
	return nil
}
