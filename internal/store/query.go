package store

import (
	"fmt"
	"io/fs"
	"strings"
)

// query is one statement. Each dialect says it in its own words under this name.
type query struct{ name string }

// queries lists every statement that the package uses.
var queries []*query

// named makes a statement known by its name. It is for variables of the package.
func named(name string) *query {
	q := &query{name}
	queries = append(queries, q)
	return q
}

// Queries are the statements in the words of one dialect.
type Queries map[*query]string

// ReadQueries reads the statements of the files queries/*.sql: each begins with a line
// "-- name: NAME" and ends with a semicolon. Other comments are for readers. It is for
// variables of a dialect's package: a statement that is missing, or that nobody asks for, is
// a fault of the program and ends it at its start.
func ReadQueries(files fs.FS) Queries {
	texts, err := readTexts(files)
	if err != nil {
		panic(err)
	}
	known := Queries{}
	for _, q := range queries {
		text, ok := texts[q.name]
		if !ok {
			panic("store: no query is named " + q.name)
		}
		known[q] = text
		delete(texts, q.name)
	}
	for name := range texts {
		panic("store: nobody asks the query " + name)
	}
	return known
}

func readTexts(files fs.FS) (map[string]string, error) {
	texts := map[string]string{}
	paths, err := fs.Glob(files, "queries/*.sql")
	if err != nil {
		return nil, err
	}
	for _, path := range paths {
		content, err := fs.ReadFile(files, path)
		if err != nil {
			return nil, err
		}
		for _, part := range strings.Split(string(content), "-- name: ")[1:] {
			name, text, _ := strings.Cut(part, "\n")
			statement, _, _ := strings.Cut(text, ";")
			if _, twice := texts[name]; twice {
				return nil, fmt.Errorf("two queries are named %s", name)
			}
			texts[name] = strings.TrimSpace(statement)
		}
	}
	return texts, nil
}

// ByName gives the text of each statement by its name.
func (q Queries) ByName() map[string]string {
	texts := make(map[string]string, len(q))
	for query, text := range q {
		texts[query.name] = text
	}
	return texts
}
