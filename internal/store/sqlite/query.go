package sqlite

import (
	"embed"
	"io/fs"
	"strings"
)

//go:embed queries/*.sql
var queryFiles embed.FS

// query is one statement of queries/*.sql.
type query struct{ name, text string }

var (
	queryTexts = readQueries(queryFiles)
	// queries lists every statement that the package uses. All are prepared when a
	// database is opened, so one that does not fit the tables is found then.
	queries []*query
)

// named finds a statement by its name. It is for variables of the package: a name that is
// not there is a fault of the program and ends it at its start.
func named(name string) *query {
	text, ok := queryTexts[name]
	if !ok {
		panic("sqlite: no query is named " + name)
	}
	q := &query{name: name, text: text}
	queries = append(queries, q)
	return q
}

// readQueries reads the statements of the files: each begins with a line "-- name: NAME"
// and ends with a semicolon. Other comments are for readers.
func readQueries(files fs.FS) map[string]string {
	texts := map[string]string{}
	paths, err := fs.Glob(files, "queries/*.sql")
	for _, path := range paths {
		var content []byte
		if content, err = fs.ReadFile(files, path); err != nil {
			break
		}
		for _, part := range strings.Split(string(content), "-- name: ")[1:] {
			name, text, _ := strings.Cut(part, "\n")
			statement, _, _ := strings.Cut(text, ";")
			texts[name] = strings.TrimSpace(statement)
		}
	}
	if err != nil {
		panic(err)
	}
	return texts
}
