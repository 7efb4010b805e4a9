package sqlite

import (
	"database/sql"
	"errors"
	"fmt"

	driver "modernc.org/sqlite"
	code "modernc.org/sqlite/lib"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// translate gives the driver's errors their meaning, by code. What it does not know stays
// as it is; errors of a context stay those of the context.
func translate(err error) error {
	if errors.Is(err, sql.ErrNoRows) {
		return tenancy.ErrNoRow
	}
	var e *driver.Error
	if !errors.As(err, &e) {
		return err
	}
	if meaning, ok := meanings[e.Code()]; ok {
		return fmt.Errorf("%s: %w", meaning, err)
	}
	if meaning, ok := meanings[e.Code()&0xff]; ok { // the kind of an extended code
		return fmt.Errorf("%s: %w", meaning, err)
	}
	return err
}

var meanings = map[int]string{
	code.SQLITE_BUSY:                  "another process keeps writing to the database",
	code.SQLITE_FULL:                  "the disk of the database is full",
	code.SQLITE_IOERR:                 "the disk of the database fails",
	code.SQLITE_READONLY:              "the database can't be written",
	code.SQLITE_CANTOPEN:              "the database can't be opened",
	code.SQLITE_PERM:                  "the database may not be opened",
	code.SQLITE_NOTADB:                "the file is not a database",
	code.SQLITE_CORRUPT:               "the database is damaged",
	code.SQLITE_CONSTRAINT_FOREIGNKEY: "a row would name what is not there",
	code.SQLITE_CONSTRAINT_PRIMARYKEY: "a row that is to be created is there",
}
