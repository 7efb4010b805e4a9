// Package deptest keeps the direction of imports: cmd → httpapi, delivery, engine, store,
// server, authn → tenancy. It has no code of its own.
package deptest

import (
	"os/exec"
	"slices"
	"strings"
	"testing"
)

const module = "github.com/tenantry/tenantry/"

// ours says which packages of this module each one may import; the first rule that fits
// holds. A package without a rule may import none.
var ours = []struct {
	in     string // a package and what is below it
	may    []string
	reason string
}{
	{"cmd", []string{"internal", "schema"}, "the program puts everything together"},
	{"e2e", []string{"e2e/cluster", "internal", "schema"}, "it tests the whole, from outside"},
	{"deploy", nil, "programs of images stand by themselves"},
	{"internal/tenancy", nil, "the domain names what it needs as interfaces, so nothing outside can change its rules"},
	{"internal/relation", []string{"internal/tenancy"}, "pure: what follows from rows must not depend on who asks"},
	{"internal/delivery", []string{"internal/failpoint", "internal/relation", "internal/tenancy"}, "it knows the engine and the store by their ports only"},
	{"internal/engine", []string{"internal/engine", "internal/failpoint", "internal/relindex", "internal/tenancy", "schema"}, "the engine knows nothing of the record"},
	{"internal/relindex", nil, "a datastore of SpiceDB, of use without Tenantry"},
	{"internal/store/postgres", []string{"internal/store", "internal/tenancy", "internal/pgtest"}, "a store keeps rows; its tests have a server of their own"},
	{"internal/backup", []string{"internal/store"}, "it is the form of a file, and knows neither database nor rules"},
	{"internal/pgtest", nil, "it gives a server to the tests of anybody"},
	{"internal/store", []string{"internal/failpoint", "internal/store", "internal/tenancy"}, "a store keeps rows; what follows from them, and who may change them, is not its business"},
	{"internal/mail", []string{"internal/failpoint", "internal/tenancy"}, "it carries mails; when one is due, and to whom, is decided elsewhere"},
	{"internal/observe", []string{"internal/tenancy"}, "it stands around the parts, each of which names what it tells"},
	{"internal/config", nil, "it reads settings; the parts that they are for own them"},
	{"internal/server", nil, "it serves any handler"},
	{"internal/authn", []string{"internal/tenancy"}, "it tells who calls, not what he may"},
	{"internal/httpapi", []string{"internal/authn", "internal/failpoint", "internal/httpapi", "internal/tenancy"}, "the edge decodes and authenticates; it reaches the rest through the domain"},
	{"internal/estate/measure", []string{"internal/estate", "internal/tenancy"}, "it measures parts and their peers from outside, by what they answer"},
	{"internal/estate", []string{"internal/relation", "internal/tenancy"}, "rows and what follows from them, made up; it knows no store and no engine"},
	{"internal/tooltest", nil, "it builds programs of others for tests"},
	{"internal/zedtest", []string{"internal/tooltest"}, "it gives tests a program"},
	{"internal/spicedbtest", []string{"internal/tooltest"}, "it gives tests a SpiceDB as others run it, which knows nothing of ours"},
	{"internal/failpoint", nil, "it may stand in any part, so it knows none"},
	{"internal/oracle", nil, "it is a second reading of the rules: what it shared with the first, the two could not be compared on"},
	{"internal/proof", nil, "it names files, functions and tests, and imports none of them"},
	{"tools/mutants", []string{"internal/proof"}, "it takes guards out of the source, whatever they guard"},
	{"schema", nil, "it is read by everybody"},
}

// foreign says which of our packages alone may import a module of others.
var foreign = []struct {
	dependency string
	only       []string
	reason     string
}{
	{"github.com/authzed/spicedb", []string{"internal/engine", "internal/relindex"}, "a build of it takes minutes, and its API moves"},
	{"github.com/authzed/authzed-go", []string{"internal/engine", "internal/relindex", "e2e"}, "the rest speaks of decisions in the domain's words"},
	{"github.com/sony/gobreaker", []string{"internal/engine/cluster"}, "whether the engine is asked at all is decided at its connection"},
	{"modernc.org/sqlite", []string{"internal/store/sqlite", "e2e"}, "SQL and its dialect stay in the store; e2e tampers with the record from outside"},
	{"github.com/jackc/pgx", []string{"internal/store/postgres", "internal/pgtest", "e2e"}, "SQL and its dialect stay in the store; e2e looks at the record from outside"},
	{"github.com/wneessen/go-mail", []string{"internal/mail"}, "SMTP stays behind the port of the domain"},
	{"github.com/prometheus", []string{"internal/observe"}, "the parts tell what they do, and not how that is counted"},
	{"go.opentelemetry.io", []string{"internal/observe", "cmd"}, "the parts tell what they do, and not how that is traced"},
	{"github.com/coreos/go-oidc", []string{"internal/authn"}, "a token is judged in one place"},
	{"github.com/go-jose/go-jose", []string{"internal/authn"}, "a token is judged in one place"},
	{"github.com/anishathalye/porcupine", []string{"e2e"}, "histories are judged where there are nodes to make them"},
	{"github.com/testcontainers", []string{"e2e/cluster"}, "containers are for tests of the whole, which have them from one package"},
	{"github.com/moby/moby", []string{"e2e/cluster"}, "containers are for tests of the whole, which have them from one package"},
	{"github.com/gin-gonic/gin", []string{"internal/httpapi", "internal/estate/measure"}, "HTTP stays at the edge, and in the empty handler that it is measured against"},
}

// A package's files and the tests inside it keep the rules. Tests that stand outside of
// their package (package x_test) may put together what they need, as cmd does: nothing can
// import them.
func TestImports(t *testing.T) {
	packages := listPackages(t)
	for _, p := range packages {
		for _, dependency := range p.imports {
			if reason, ok := allowed(p.path, dependency); !ok {
				t.Errorf("%s imports %s, and may not: %s", p.path, dependency, reason)
			}
		}
	}
	for _, rule := range ours {
		if !slices.ContainsFunc(packages, func(p listed) bool { return within(p.path, rule.in) }) {
			t.Errorf("the rule about %s guards nothing: there is no such package", rule.in)
		}
	}
}

// allowed reports whether a package of ours may import the dependency, and if not, why not.
func allowed(importer, dependency string) (reason string, ok bool) {
	for _, rule := range foreign {
		if within(dependency, rule.dependency) {
			return rule.reason, slices.ContainsFunc(rule.only, func(p string) bool { return within(importer, p) })
		}
	}
	imported, isOurs := strings.CutPrefix(dependency, module)
	if !isOurs {
		return "", true
	}
	for _, rule := range ours {
		if within(importer, rule.in) {
			return rule.reason, slices.ContainsFunc(rule.may, func(p string) bool { return within(imported, p) })
		}
	}
	return "it has no rule here that lets it", false
}

// within reports whether a package is the folder or below it.
func within(p, folder string) bool { return p == folder || strings.HasPrefix(p, folder+"/") }

type listed struct {
	path    string // below the module
	imports []string
}

func listPackages(t *testing.T) []listed {
	t.Helper()
	format := `{{.ImportPath}} {{join .Imports " "}} {{join .TestImports " "}}`
	out, err := exec.CommandContext(t.Context(), "go", "list", "-f", format, module+"...").Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	var packages []listed
	for line := range strings.Lines(string(out)) {
		words := strings.Fields(line)
		packages = append(packages, listed{strings.TrimPrefix(words[0], module), words[1:]})
	}
	return packages
}
