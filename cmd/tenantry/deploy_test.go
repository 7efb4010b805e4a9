package main

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
	"github.com/stretchr/testify/require"

	"github.com/tenantry/tenantry/internal/config"
)

// deployed is how a manifest runs the program.
type deployed struct {
	where string
	args  []string
	env   map[string]string
}

// What deploy/ runs is what this program has: its commands, flags and variables.
func TestDeployRunsThisProgram(t *testing.T) {
	found := append(composed(t), scheduled(t)...)
	require.Greater(t, len(found), 5)
	for _, d := range found {
		t.Run(d.where, func(t *testing.T) {
			c, rest, err := newRoot(os.Getenv).Find(d.args)
			require.NoError(t, err)
			require.NotEqual(t, "tenantry", c.Name(), "it says no command")
			require.NoError(t, c.ParseFlags(rest))
			require.NoError(t, c.ValidateArgs(c.Flags().Args()))
			for name, value := range d.env {
				if strings.HasPrefix(name, "TENANTRY_") {
					f := flagOf(c, name)
					if f == nil { // the manifests give all commands what a node needs
						f = flagOf(newServe(os.Getenv), name)
					}
					require.NotNil(t, f, "%s is no setting of %s", name, c.Name())
					require.NoError(t, f.Value.Set(value), name)
				}
			}
		})
	}
}

// flagOf is the flag that a variable gives a value.
func flagOf(c *cobra.Command, variable string) (flag *pflag.Flag) {
	c.Flags().VisitAll(func(f *pflag.Flag) {
		if config.Variable(f.Name) == variable {
			flag = f
		}
	})
	return flag
}

// composed are the services of compose.yaml that run the program.
func composed(t *testing.T) (found []deployed) {
	t.Helper()
	var file struct {
		Services map[string]struct {
			Image       string            `yaml:"image"`
			Command     []string          `yaml:"command"`
			Environment map[string]string `yaml:"environment"`
		} `yaml:"services"`
	}
	text, err := os.ReadFile("../../deploy/compose.yaml")
	require.NoError(t, err)
	require.NoError(t, yaml.Unmarshal(text, &file))
	for name, service := range file.Services {
		if strings.HasPrefix(service.Image, "${TENANTRY_IMAGE") {
			found = append(found, deployed{"compose " + name, service.Command, service.Environment})
		}
	}
	return found
}

// scheduled are the containers of the Kubernetes manifests that run the program.
func scheduled(t *testing.T) (found []deployed) {
	t.Helper()
	paths, err := filepath.Glob("../../deploy/kubernetes/*.yaml")
	require.NoError(t, err)
	for _, path := range paths {
		file, err := os.Open(path)
		require.NoError(t, err)
		defer file.Close()
		for decoder := yaml.NewDecoder(file); ; {
			var document map[string]any
			err := decoder.Decode(&document)
			if errors.Is(err, io.EOF) {
				break
			}
			require.NoError(t, err, path)
			found = append(found, containers(document, filepath.Base(path))...)
		}
	}
	return found
}

// containers finds those of the program, wherever in an object they are.
func containers(in any, where string) (found []deployed) {
	switch v := in.(type) {
	case []any:
		for _, each := range v {
			found = append(found, containers(each, where)...)
		}
	case map[string]any:
		if v["image"] == "tenantry" {
			d := deployed{where: where, env: map[string]string{}}
			for _, arg := range v["args"].([]any) {
				d.args = append(d.args, arg.(string))
			}
			for _, e := range v["env"].([]any) {
				value, _ := e.(map[string]any)["value"].(string)
				d.env[e.(map[string]any)["name"].(string)] = value
			}
			return []deployed{d}
		}
		for _, each := range v {
			found = append(found, containers(each, where)...)
		}
	}
	return found
}
