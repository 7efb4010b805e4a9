package tenancy_test

import (
	"bytes"
	"crypto/ed25519"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// signingKey is the same each time for the same letter.
func signingKey(letter byte) (ed25519.PrivateKey, ed25519.PublicKey) {
	key := ed25519.NewKeyFromSeed(bytes.Repeat([]byte{letter}, ed25519.SeedSize))
	public, _ := key.Public().(ed25519.PublicKey)
	return key, public
}

// TestR82ACheckpointIsSigned, all that it says, by the key that it names and by no other one.
func TestR82ACheckpointIsSigned(t *testing.T) {
	key, public := signingKey('a')
	_, other := signingKey('b')
	head := tenancy.Head{RootID: "acme", Seq: 7, Hash: tenancy.Hash{1, 2}}
	signed := tenancy.NewCheckpoint(key, head, clock.Now())
	require.True(t, signed.SignedBy(public))
	require.False(t, signed.SignedBy(other))
	require.False(t, signed.SignedBy(nil), "no key has signed nothing")
	for what, alter := range map[string]func(*tenancy.Checkpoint){
		"tree":         func(c *tenancy.Checkpoint) { c.RootID = "rival" },
		"event":        func(c *tenancy.Checkpoint) { c.Seq-- },
		"hash":         func(c *tenancy.Checkpoint) { c.Hash[31] = 1 },
		"time":         func(c *tenancy.Checkpoint) { c.At = c.At.Add(time.Millisecond) },
		"key":          func(c *tenancy.Checkpoint) { c.KeyID = tenancy.CheckpointKeyID(other) },
		"signature":    func(c *tenancy.Checkpoint) { c.Signature[0] ^= 1 },
		"no signature": func(c *tenancy.Checkpoint) { c.Signature = nil },
	} {
		altered := signed
		altered.Signature = slices.Clone(signed.Signature)
		alter(&altered)
		require.False(t, altered.SignedBy(public), what)
	}
}

// TestR82ACheckpointOfAnotherKeyIsNotTaken for one's own because it names that.
func TestR82ACheckpointOfAnotherKeyIsNotTaken(t *testing.T) {
	key, _ := signingKey('b')
	_, pinned := signingKey('a')
	forged := tenancy.NewCheckpoint(key, tenancy.Head{RootID: "acme", Seq: 1}, clock.Now())
	forged.KeyID = tenancy.CheckpointKeyID(pinned)
	require.False(t, forged.SignedBy(pinned))
}
