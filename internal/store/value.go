package store

import (
	"database/sql/driver"
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// millis is how a time is kept: unix milliseconds, 0 for the zero time.
func millis(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMilli()
}

// instant reads what millis gives into the time that it points to.
type instant struct{ into *time.Time }

func (i instant) Scan(value any) error {
	if ms, _ := value.(int64); ms != 0 {
		*i.into = time.UnixMilli(ms).UTC()
	}
	return nil
}

// document is a column of JSON: of holds what is written, or points to where it is read.
// A nil list or map is null.
type document struct{ of any }

func (d document) Value() (driver.Value, error) {
	text, err := json.Marshal(d.of)
	return string(text), err
}

func (d document) Scan(value any) error {
	text, _ := value.(string)
	return json.Unmarshal([]byte(text), d.of)
}

// digest reads a hash into the one that it points to.
type digest struct{ into *tenancy.Hash }

func (d digest) Scan(value any) error {
	text, _ := value.([]byte)
	if copy(d.into[:], text) != len(d.into) || len(text) != len(d.into) {
		return fmt.Errorf("a hash of %d bytes", len(text))
	}
	return nil
}

// searchable makes the texts among the arguments of a statement such as every database takes:
// Unicode, without NUL. Nothing that is kept holds other texts: people's are refused at the
// edge, and those of events are made so before their hash. So what is looked for by such a
// text is looked for in vain.
func searchable(args []any) []any {
	for i, arg := range args {
		text, ok := textOf(arg)
		if !ok {
			continue
		}
		if clean := searchableText(text); clean != text {
			args = slices.Clone(args)
			args[i] = clean
		}
	}
	return args
}

// textOf is the text of an argument that is one, of whatever type.
func textOf(arg any) (text string, ok bool) {
	switch arg := arg.(type) {
	case string:
		return arg, true
	case int, int64, bool, []byte, document:
		return "", false
	}
	v := reflect.ValueOf(arg)
	if v.Kind() != reflect.String {
		return "", false
	}
	return v.String(), true
}

func searchableText(text string) string {
	if utf8.ValidString(text) && strings.IndexByte(text, 0) < 0 {
		return text
	}
	return strings.ToValidUTF8(strings.ReplaceAll(text, "\x00", "\uFFFD"), "\uFFFD")
}

// updatesJSON gives the updates in the notation of the audit trail.
func updatesJSON(updates []tenancy.Update) document {
	texts := make([]string, len(updates))
	for i, u := range updates {
		texts[i] = u.String()
	}
	return document{texts}
}

func parseUpdates(texts []string) ([]tenancy.Update, error) {
	updates := make([]tenancy.Update, len(texts))
	for i, text := range texts {
		var err error
		if updates[i], err = tenancy.ParseUpdate(text); err != nil {
			return nil, err
		}
	}
	return updates, nil
}
