// Package config holds what a deployment chooses: flags, environment and a file, in one
// struct. A flag wins over the environment, the environment over the file, and the file
// over the default.
package config

import (
	"errors"
	"fmt"
	"net"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/pflag"
)

// Config is everything that a node is told. Keys come from the environment alone, where
// no list of processes shows them.
type Config struct {
	Listen           string
	Data             string
	Database         Database
	SpiceDB          SpiceDB
	ZedListen        string
	AuditorListen    string
	RequestTimeout   time.Duration
	DrainTimeout     time.Duration
	MaxBody          int64
	DecisionCache    uint64
	RateLimit        RateLimit
	ForbidSelfGrants bool
	IdempotencyTTL   time.Duration
	RequireIfMatch   bool
	Reconcile        Reconcile
	AuthZENMapping   string // a file
	PublicURL        string // without a slash at its end
	Mail             Mail
	OIDC             OIDC
	OTLPEndpoint     string // "" for no traces
	LogLevel         string
	LogFormat        string

	BootstrapKey string // TENANTRY_BOOTSTRAP_KEY
	ZedKey       string // TENANTRY_ZED_KEY
	AuditorKey   string // TENANTRY_AUDITOR_KEY
}

// Bind declares the flags of a node, with their defaults.
func (c *Config) Bind(flags *pflag.FlagSet) {
	c.BindData(flags)
	c.SpiceDB.bind(flags)
	flags.StringVar(&c.Listen, "listen", "127.0.0.1:8080", "address of the HTTP API")
	c.bindZed(flags)
	c.Reconcile.bind(flags)
	flags.StringVar(&c.AuditorListen, "auditor-listen", "127.0.0.1:50052", "address for auditors' zed, reading only; needs TENANTRY_AUDITOR_KEY")
	flags.DurationVar(&c.RequestTimeout, "request-timeout", 10*time.Second, "the longest that one call may take")
	flags.DurationVar(&c.DrainTimeout, "drain-timeout", 30*time.Second, "the longest that a stopping node waits for running calls")
	flags.Int64Var(&c.MaxBody, "max-body", 1<<20, "the largest request body, in bytes")
	flags.Uint64Var(&c.DecisionCache, "decision-cache", 64<<20, "memory for answers to repeated questions, in bytes")
	c.RateLimit.bind(flags)
	flags.BoolVar(&c.ForbidSelfGrants, "forbid-self-grants", false, "refuse group owners who make themselves members")
	flags.DurationVar(&c.IdempotencyTTL, "idempotency-ttl", 24*time.Hour, "how long a repeat of a request with an Idempotency-Key gets the first answer")
	flags.BoolVar(&c.RequireIfMatch, "require-if-match", false, "refuse to change an object by PATCH or PUT without its ETag in If-Match")
	flags.StringVar(&c.AuthZENMapping, "authzen-mapping", "", "file with the words of callers of AuthZEN: a YAML map of subject_types, resource_types and actions")
	flags.StringVar(&c.PublicURL, "public-url", "", "where callers reach the API, for its AuthZEN configuration: an http or https URL; each request's own address by default")
	c.Mail.bind(flags)
	c.OIDC.bind(flags)
	flags.StringVar(&c.OTLPEndpoint, "otlp-endpoint", "", "where traces go, by OTLP over HTTP: a URL; none by default")
	flags.StringVar(&c.LogLevel, "log-level", "info", "least severe log lines: debug, info, warn, error")
	flags.StringVar(&c.LogFormat, "log-format", "text", "form of log lines: text, json")
}

// BindData declares the flags of commands that only open the record.
func (c *Config) BindData(flags *pflag.FlagSet) {
	flags.StringVar(&c.Data, "data", "tenantry-data", "data directory")
	c.Database.bind(flags)
	flags.String(fileFlag, "", "file with settings: a YAML map of flag names to values")
}

// The length of keys that an operator chooses, in bytes.
const (
	minKeyLength = 32
	maxKeyLength = 1024
)

// BindRecordAndEngine declares the flags of commands that work on the record and the engine.
func (c *Config) BindRecordAndEngine(flags *pflag.FlagSet) {
	c.BindData(flags)
	c.SpiceDB.bind(flags)
}

// BindCompared declares the flags of commands that look into the engine also where it is
// embedded: over the node's listener for zed.
func (c *Config) BindCompared(flags *pflag.FlagSet) {
	c.BindRecordAndEngine(flags)
	c.bindZed(flags)
}

func (c *Config) bindZed(flags *pflag.FlagSet) {
	flags.StringVar(&c.ZedListen, "zed-listen", "127.0.0.1:50051", "address for zed, reading and writing; needs TENANTRY_ZED_KEY; embedded mode alone")
}

// ValidateData reports what is wrong with the settings of commands that only open the
// record.
func (c *Config) ValidateData() error { return all(c.validateData) }

func (c *Config) validateData(fail func(format string, args ...any)) {
	if c.Data == "" {
		fail("--data: must not be empty")
	}
	c.Database.validate(fail)
}

// ValidateRecordAndEngine reports what is wrong with the settings of commands that work on
// both.
func (c *Config) ValidateRecordAndEngine() error {
	return all(c.validateData, c.SpiceDB.validate, c.validateMode)
}

// all joins what the validations report.
func all(validations ...func(fail func(format string, args ...any))) error {
	var errs []error
	for _, validate := range validations {
		validate(func(format string, args ...any) { errs = append(errs, fmt.Errorf(format, args...)) })
	}
	return errors.Join(errs...)
}

func validAddress(address string) bool {
	_, port, err := net.SplitHostPort(address)
	if err != nil {
		return false
	}
	_, err = strconv.ParseUint(port, 10, 16)
	return err == nil
}

// validEndpoint takes no password: a URL is told to whoever reads a log.
func validEndpoint(endpoint string) bool {
	u, err := url.Parse(endpoint)
	return err == nil && (u.Scheme == "http" || u.Scheme == "https") && u.Host != "" &&
		u.User == nil && u.RawQuery == "" && u.Fragment == ""
}

// Validate reports everything that is wrong with the configuration, before anything is
// opened.
func (c *Config) Validate() error {
	var errs []error
	fail := func(format string, args ...any) { errs = append(errs, fmt.Errorf(format, args...)) }
	for _, l := range []struct{ flag, address string }{
		{"listen", c.Listen}, {"zed-listen", c.ZedListen}, {"auditor-listen", c.AuditorListen},
	} {
		if !validAddress(l.address) {
			fail("--%s: %q is no host:port", l.flag, l.address)
		}
	}
	for _, k := range []struct{ name, key string }{
		{"TENANTRY_BOOTSTRAP_KEY", c.BootstrapKey}, {"TENANTRY_ZED_KEY", c.ZedKey}, {"TENANTRY_AUDITOR_KEY", c.AuditorKey},
	} {
		if k.key != "" && (len(k.key) < minKeyLength || len(k.key) > maxKeyLength) {
			fail("%s: must have %d to %d characters", k.name, minKeyLength, maxKeyLength)
		}
	}
	if c.ZedKey != "" && c.ZedKey == c.AuditorKey {
		fail("TENANTRY_AUDITOR_KEY: must differ from TENANTRY_ZED_KEY, which may write")
	}
	if err := c.ValidateRecordAndEngine(); err != nil {
		errs = append(errs, err)
	}
	if c.RequestTimeout <= 0 || c.DrainTimeout <= 0 {
		fail("--request-timeout, --drain-timeout: must be positive")
	}
	if c.IdempotencyTTL <= 0 {
		fail("--idempotency-ttl: must be positive")
	}
	if c.MaxBody < 1 || c.DecisionCache < 1 {
		fail("--max-body, --decision-cache: must be positive")
	}
	c.PublicURL = strings.TrimSuffix(c.PublicURL, "/")
	if c.PublicURL != "" && (!validEndpoint(c.PublicURL) || strings.ContainsAny(c.PublicURL, "?#")) {
		fail("--public-url: %q is no http or https URL without a query", c.PublicURL)
	}
	c.Reconcile.validate(fail)
	c.Mail.validate(fail)
	c.OIDC.validate(fail)
	if c.OTLPEndpoint != "" && !validEndpoint(c.OTLPEndpoint) {
		fail("--otlp-endpoint: it is no http or https URL without a user and a query")
	}
	if _, err := c.Level(); err != nil {
		fail("--log-level: %q is none of debug, info, warn, error", c.LogLevel)
	}
	if c.LogFormat != "text" && c.LogFormat != "json" {
		fail("--log-format: %q is none of text, json", c.LogFormat)
	}
	return errors.Join(errs...)
}
