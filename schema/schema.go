// Package schema holds the SpiceDB schema of Tenantry: the model that decides.
package schema

import _ "embed"

// Text is the schema in SpiceDB's schema language, as it is written to the engine.
//
//go:embed tenantry.zed
var Text string
