package cluster

import (
	"context"
	"fmt"
	"io"
	"maps"
	"net/http"
)

// auditorPort is where a node listens to auditors' zed.
const auditorPort = "50052"

// startTenantry writes the tables and the schema, and starts the nodes.
func (c *Cluster) startTenantry(ctx context.Context) error {
	if len(c.tenantry) == 0 {
		return nil
	}
	// It goes to the parts themselves: links are for what serves.
	direct := c.settings(c.Postgres.Name+":5432", c.spicedb[0].Name+":50051")
	err := c.runToEnd(ctx, spec{name: "tenantry-migrate", image: c.images.tenantry, cmd: []string{"migrate"}, env: direct})
	if err != nil {
		return err
	}
	var starts []func() error
	for _, node := range c.tenantry {
		starts = append(starts, func() error { return c.startNode(ctx, node) })
	}
	return inParallel(starts...)
}

func (c *Cluster) startNode(ctx context.Context, node *Part) (err error) {
	node.ask = func(ctx context.Context) error { return askNode(ctx, node.URL()) }
	links := linksOf(node)
	settings := c.settings(links+":5432", links+":50051,"+links+":50052")
	settings["TENANTRY_LISTEN"] = "0.0.0.0:8080"
	settings["TENANTRY_BOOTSTRAP_KEY"] = PlatformKey
	settings["TENANTRY_AUDITOR_LISTEN"] = "0.0.0.0:" + auditorPort
	settings["TENANTRY_AUDITOR_KEY"] = AuditorKey
	maps.Copy(settings, c.options.Env)
	node.container, err = c.run(ctx, spec{name: node.Name, image: c.images.tenantry, cmd: []string{"serve"}, env: settings})
	if err != nil {
		return err
	}
	return node.awaitReady(ctx)
}

// settings are those of everybody who opens the record and the engine.
func (c *Cluster) settings(postgres, spicedb string) map[string]string {
	return map[string]string{
		"TENANTRY_DATABASE_URL":     dsn(postgres, recordDatabase),
		"TENANTRY_SPICEDB_ENDPOINT": spicedb,
		"TENANTRY_SPICEDB_KEY":      SpiceDBKey,
		"TENANTRY_SPICEDB_INSECURE": "true",
	}
}

// Settings are those with which a program on this machine works on the record and the engine,
// as environment variables: through the links from the caller.
func (c *Cluster) Settings() (env []string) {
	for name, value := range c.settings(c.Postgres.Address, c.spicedb[0].Address+","+c.spicedb[1].Address) {
		env = append(env, name+"="+value)
	}
	return env
}

func askNode(ctx context.Context, url string) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url+"/readyz", http.NoBody)
	if err != nil {
		return err
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	if response.StatusCode == http.StatusOK {
		return nil
	}
	answer, _ := io.ReadAll(response.Body) // the status says enough
	return fmt.Errorf("%s: %s", response.Status, answer)
}
