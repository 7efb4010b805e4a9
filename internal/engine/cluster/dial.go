package cluster

import (
	"encoding/json"
	"fmt"
	"net"
	"strings"
	"time"

	v1 "github.com/authzed/authzed-go/proto/authzed/api/v1"
	"google.golang.org/grpc"
	"google.golang.org/grpc/backoff"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/keepalive"
	"google.golang.org/grpc/resolver"
	"google.golang.org/grpc/resolver/manual"

	"github.com/tenantry/tenantry/internal/engine"
)

// maxMessage bounds an answer. 10,000 questions with the longest ids fit.
const maxMessage = 64 << 20

// pingEvery is as often as a stock SpiceDB, which has gRPC's own limit, lets a client ping.
const pingEvery = 5*time.Minute + 10*time.Second

// dial makes the connection. It does not wait for it.
func dial(config Config, keys *keys, tls *transport) (*grpc.ClientConn, error) {
	service, err := serviceConfig(config)
	if err != nil {
		return nil, err
	}
	secured := insecure.NewCredentials()
	if tls != nil {
		secured = tls
	}
	options := append(engine.Watched(config.Probe),
		grpc.WithTransportCredentials(secured),
		grpc.WithPerRPCCredentials(keys),
		grpc.WithChainUnaryInterceptor(keys.unary, limit(config.CallTimeout).unary),
		grpc.WithChainStreamInterceptor(keys.stream, limit(config.CallTimeout).stream),
		grpc.WithDefaultServiceConfig(service),
		grpc.WithDisableServiceConfig(), // what a DNS server says about retries is not for us
		grpc.WithDefaultCallOptions(grpc.MaxCallRecvMsgSize(maxMessage)),
		grpc.WithConnectParams(grpc.ConnectParams{
			Backoff:           backoff.Config{BaseDelay: 100 * time.Millisecond, Multiplier: 1.6, Jitter: 0.2, MaxDelay: config.MaxReconnect},
			MinConnectTimeout: config.CallTimeout,
		}),
		// The timeout is also the kernel's limit for what is not acknowledged.
		grpc.WithKeepaliveParams(keepalive.ClientParameters{Time: pingEvery, Timeout: config.DeadAfter}),
	)
	target, found, err := targetOf(config.Endpoints)
	if err != nil {
		return nil, err
	}
	return grpc.NewClient(target, append(options, found...)...)
}

// targetOf says in gRPC's way where the nodes are. One endpoint is looked up in the DNS, and
// may be many nodes; several are as they are, each by the name that it is called by.
func targetOf(endpoints []string) (string, []grpc.DialOption, error) {
	if len(endpoints) == 1 && strings.Contains(endpoints[0], "://") {
		return endpoints[0], nil, nil
	}
	var state resolver.State
	for _, endpoint := range endpoints {
		host, _, err := net.SplitHostPort(endpoint)
		if err != nil {
			return "", nil, fmt.Errorf("the endpoint %q is not host:port: %w", endpoint, err)
		}
		state.Addresses = append(state.Addresses, resolver.Address{Addr: endpoint, ServerName: host})
	}
	if len(endpoints) == 1 {
		return "dns:///" + endpoints[0], nil, nil
	}
	listed := manual.NewBuilderWithScheme("listed")
	listed.InitialState(state)
	return "listed:///spicedb", []grpc.DialOption{grpc.WithResolvers(listed)}, nil
}

// retried are the calls that may be made twice: they change nothing. gRPC tries a stream again
// only as long as nothing of it was answered.
var retried = []string{
	v1.PermissionsService_CheckPermission_FullMethodName,
	v1.PermissionsService_CheckBulkPermissions_FullMethodName,
	v1.PermissionsService_ReadRelationships_FullMethodName,
	v1.PermissionsService_LookupResources_FullMethodName,
	v1.PermissionsService_LookupSubjects_FullMethodName,
	v1.PermissionsService_ExportBulkRelationships_FullMethodName,
	v1.SchemaService_ReadSchema_FullMethodName,
}

// attempts is how often a call that may be made twice is made; gRPC allows no more than 5.
const attempts = 5

// serviceConfig balances over all nodes, and retries what may be retried.
func serviceConfig(config Config) (string, error) {
	type object = map[string]any
	var names []object
	for _, method := range retried {
		service, name, _ := strings.Cut(strings.TrimPrefix(method, "/"), "/")
		names = append(names, object{"service": service, "method": name})
	}
	text, err := json.Marshal(object{
		"loadBalancingConfig": []object{{"round_robin": object{}}},
		"methodConfig": []object{{
			"name": names,
			"retryPolicy": object{
				"maxAttempts":          attempts,
				"initialBackoff":       seconds(config.Backoff),
				"maxBackoff":           seconds(config.MaxBackoff),
				"backoffMultiplier":    2,
				"retryableStatusCodes": []string{"UNAVAILABLE"},
			},
		}},
	})
	return string(text), err
}

func seconds(d time.Duration) string { return fmt.Sprintf("%.3fs", d.Seconds()) }
