package cluster

import (
	"cmp"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/moby/moby/client"
	"github.com/testcontainers/testcontainers-go"
)

// images are what the parts run.
type images struct{ postgres, spicedb, tenantry, faults string }

// buildImages makes the images of what is ours, of the sources as they are, once a process.
// An image that was made before and has not changed stays.
var buildImages = sync.OnceValue(func() error {
	gomod, err := exec.Command("go", "env", "GOMOD").Output()
	if err != nil {
		return fmt.Errorf("go env: %w", err)
	}
	script := filepath.Join(filepath.Dir(strings.TrimSpace(string(gomod))), "deploy", "images", "build.sh")
	names := []string{"faults"}
	if os.Getenv("TENANTRY_E2E_TENANTRY_IMAGE") == "" {
		names = append(names, "tenantry")
	}
	if out, err := exec.Command(script, names...).CombinedOutput(); err != nil { //nolint:gosec // a script of this repository
		return fmt.Errorf("%s: %w: %s", script, err, out)
	}
	return nil
})

// chooseImages takes what the environment names, else the official image if it is here, else
// one that deploy/images/build.sh has made if that is here, and else the official one, which
// then has to be fetched.
func chooseImages(ctx context.Context, docker *testcontainers.DockerClient) images {
	choose := func(variable, official, local string) string {
		if named := os.Getenv(variable); named != "" {
			return named
		}
		here := func(image string) bool {
			_, err := docker.ImageInspect(ctx, image)
			return err == nil
		}
		if !here(official) && here(local) {
			return local
		}
		return official
	}
	own := os.Getenv("TENANTRY_E2E_TENANTRY_IMAGE")
	if own == "" {
		own = "tenantry/local-tenantry"
	}
	return images{
		postgres: choose("TENANTRY_E2E_POSTGRES_IMAGE", "postgres:17", "tenantry/local-postgres"),
		spicedb:  choose("TENANTRY_E2E_SPICEDB_IMAGE", "authzed/spicedb:v1.56.1", "tenantry/local-spicedb"),
		tenantry: own,
		faults:   "tenantry/local-faults",
	}
}

// fetch makes sure that the official images are here, which can take minutes the first time.
func (i images) fetch(ctx context.Context, docker *testcontainers.DockerClient) error {
	for _, image := range []string{i.postgres, i.spicedb} {
		if _, err := docker.ImageInspect(ctx, image); err == nil {
			continue
		}
		pull, err := docker.ImagePull(ctx, image, client.ImagePullOptions{})
		if err == nil {
			err = pull.Wait(ctx)
		}
		if err != nil {
			return fmt.Errorf("the image %s can't be had (deploy/images/build.sh makes one like it): %w", image, err)
		}
	}
	return nil
}

// engineOf connects to the container engine.
//
// If there is none, the test is skipped; with TENANTRY_REQUIRE_ALL=1 it fails.
func engineOf(t testing.TB) *testcontainers.DockerClient {
	t.Helper()
	docker, err := connect(t.Context())
	if err != nil {
		absent(t, fmt.Errorf("there is no container engine: %w", err))
	}
	return docker
}

// imagesOf are the images of what is not ours, and the names of ours.
//
// If one can't be had, the test is skipped; with TENANTRY_REQUIRE_ALL=1 it fails.
func imagesOf(t testing.TB, docker *testcontainers.DockerClient) images {
	t.Helper()
	chosen := chooseImages(t.Context(), docker)
	if err := chosen.fetch(t.Context(), docker); err != nil {
		absent(t, err)
	}
	return chosen
}

// absent ends a test for want of something, with one line.
func absent(t testing.TB, err error) {
	t.Helper()
	why, _, _ := strings.Cut(err.Error(), "\n")
	if os.Getenv("TENANTRY_REQUIRE_ALL") == "1" {
		t.Fatal("required and not here: " + why)
	}
	t.Skip("needed and not here: " + why)
}

// connect finds the engine. Its reaper is not needed, for the labels do the same (see sweep),
// and would be one image more to fetch. An engine of this machine publishes ports at the
// loopback address, also where the machine looks like a container, which has a gateway for that;
// whoever runs the tests in one says so with TESTCONTAINERS_HOST_OVERRIDE.
func connect(ctx context.Context) (*testcontainers.DockerClient, error) {
	settings := map[string]string{"TESTCONTAINERS_RYUK_DISABLED": "true"}
	if host := os.Getenv("DOCKER_HOST"); host == "" || strings.HasPrefix(host, "unix:") {
		settings["TESTCONTAINERS_HOST_OVERRIDE"] = cmp.Or(os.Getenv("TESTCONTAINERS_HOST_OVERRIDE"), "127.0.0.1")
	}
	for name, value := range settings {
		if err := os.Setenv(name, value); err != nil {
			return nil, err
		}
	}
	docker, err := testcontainers.NewDockerClientWithOpts(ctx)
	if err != nil {
		return nil, err
	}
	_, err = docker.Ping(ctx, client.PingOptions{})
	return docker, err
}
