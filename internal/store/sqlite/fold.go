package sqlite

import (
	"database/sql/driver"
	"fmt"

	"modernc.org/sqlite"

	"github.com/tenantry/tenantry/internal/store"
)

// fold is [store.Fold] in SQL. It is for migrations that fill a column of folded text; from
// then on the program folds what it writes.
func init() {
	sqlite.MustRegisterDeterministicScalarFunction("fold", 1, func(_ *sqlite.FunctionContext, args []driver.Value) (driver.Value, error) {
		text, ok := args[0].(string)
		if !ok {
			return nil, fmt.Errorf("fold takes a text, not %T", args[0])
		}
		return store.Fold(text), nil
	})
}
