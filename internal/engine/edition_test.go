package engine_test

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"testing"

	caveattypes "github.com/authzed/spicedb/pkg/caveats/types"
	"github.com/authzed/spicedb/pkg/schemadsl/generator"
	"github.com/stretchr/testify/require"

	"github.com/tenantry/tenantry/internal/engine"
	"github.com/tenantry/tenantry/schema"
)

// fingerprint is that of the schema without its comments.
const fingerprint = "d5020d9cb1b63193dbeeb96ab48249b5c909cc7a2232bf6c0e174ec86c7e7529"

// TestAnotherSchemaIsAnotherEdition reminds whoever changes the schema.
func TestAnotherSchemaIsAnotherEdition(t *testing.T) {
	require.Contains(t, schema.Text, fmt.Sprintf("permission edition_%d = engine_of\n", schema.Edition))
	definitions, err := engine.Definitions()
	require.NoError(t, err)
	hash := sha256.New()
	for _, d := range definitions {
		d.Metadata = nil
		for _, relation := range d.GetRelation() {
			relation.Metadata = nil
		}
		text, _, err := generator.GenerateSource(d, caveattypes.Default.TypeSet)
		require.NoError(t, err)
		_, _ = fmt.Fprintln(hash, text)
	}
	require.Equal(t, fingerprint, hex.EncodeToString(hash.Sum(nil)),
		"the schema has changed: raise its edition if this one was released, and note the new fingerprint here")
}
