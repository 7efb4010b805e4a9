// Package schema holds the SpiceDB schema of Tenantry: the model that decides.
package schema

import _ "embed"

// Text is the schema in SpiceDB's schema language, as it is written to the engine.
//
//go:embed tenantry.zed
var Text string

// Edition is the number of this schema among those of all releases; the text has it as the
// permission edition_N of record. The first edition had none. Raise both with whatever changes
// in a schema that was released: it is how a newer one is kept from being overwritten.
const Edition = 2
