package config

import (
	"fmt"
	"os"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/spf13/pflag"
)

const fileFlag = "config"

// Resolve fills every flag that was not given from the environment (TENANTRY_<FLAG>, with
// "_" for "-"), else from the file that --config names, and takes the keys from the
// environment. An unknown name in the file, and a value that does not fit, are errors.
func (c *Config) Resolve(flags *pflag.FlagSet, getenv func(string) string) error {
	c.BootstrapKey = getenv("TENANTRY_BOOTSTRAP_KEY")
	c.ZedKey = getenv("TENANTRY_ZED_KEY")
	c.AuditorKey = getenv("TENANTRY_AUDITOR_KEY")
	c.Mail.SMTPPassword = getenv("TENANTRY_SMTP_PASSWORD")
	c.SpiceDB.Key = getenv("TENANTRY_SPICEDB_KEY")
	if err := resolveFlags(flags, getenv); err != nil {
		return err
	}
	return c.Database.read()
}

// resolveFlags fills every flag that was not given.
func resolveFlags(flags *pflag.FlagSet, getenv func(string) string) error {
	if err := setUnset(flags, func(name string) string { return getenv(Variable(name)) }, Variable); err != nil {
		return err
	}
	path, err := flags.GetString(fileFlag)
	if err != nil || path == "" {
		return err
	}
	settings, err := readFile(path, flags)
	if err != nil {
		return err
	}
	return setUnset(flags, func(name string) string { return settings[name] },
		func(name string) string { return path + ": " + name })
}

// Variable is the environment variable of a flag.
func Variable(flag string) string {
	return "TENANTRY_" + strings.ToUpper(strings.ReplaceAll(flag, "-", "_"))
}

// setUnset gives a value to every flag that has none yet; describe names the value's
// source in an error.
func setUnset(flags *pflag.FlagSet, value, describe func(string) string) (err error) {
	flags.VisitAll(func(f *pflag.Flag) {
		v := value(f.Name)
		if f.Changed || v == "" || err != nil {
			return
		}
		if setErr := flags.Set(f.Name, v); setErr != nil {
			err = fmt.Errorf("%s: %q does not fit: it wants a %s", describe(f.Name), v, f.Value.Type())
		}
	})
	return err
}

func readFile(path string, flags *pflag.FlagSet) (map[string]string, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("--config: %w", err)
	}
	var settings map[string]string
	if err := yaml.Unmarshal(text, &settings); err != nil {
		return nil, fmt.Errorf("--config: %s is no YAML map of flag names to values", path)
	}
	for name := range settings {
		if flags.Lookup(name) == nil || name == fileFlag {
			return nil, fmt.Errorf("%s: %q is no setting", path, name)
		}
	}
	return settings, nil
}
