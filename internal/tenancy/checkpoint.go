package tenancy

import (
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/hex"
	"time"
)

// checkpointFormat begins what a checkpoint signs; see chain.go for the encoding. The rest
// is root_id, seq, the 32 bytes of the hash, and at (unix milliseconds); the signature is
// Ed25519's of the SHA-256 of all that.
const checkpointFormat = "tenantry audit checkpoint 1"

// Checkpoint is a signed head of a trail. Kept where nobody reaches who holds the record, it
// proves that the trail up to its event is what it was then: not even the holder of the
// record can write it anew without being found.
//
// It promises nothing of what comes after it, and nothing against who holds the record and
// the key and makes checkpoint and trail anew: for that an earlier checkpoint has to be kept
// elsewhere. At is the time of the clock of who signed.
type Checkpoint struct {
	Head
	At        time.Time
	KeyID     string
	Signature []byte
}

// NewCheckpoint signs a head.
func NewCheckpoint(key ed25519.PrivateKey, head Head, at time.Time) Checkpoint {
	public, _ := key.Public().(ed25519.PublicKey)
	c := Checkpoint{Head: head, At: at.Truncate(time.Millisecond).UTC(), KeyID: CheckpointKeyID(public)}
	c.Signature = ed25519.Sign(key, c.signed())
	return c
}

// SignedBy reports whether the owner of the key has signed just this.
func (c Checkpoint) SignedBy(key ed25519.PublicKey) bool {
	return len(key) == ed25519.PublicKeySize && c.KeyID == CheckpointKeyID(key) && ed25519.Verify(key, c.signed(), c.Signature)
}

func (c Checkpoint) signed() []byte {
	t := newTexts(checkpointFormat)
	t.text(c.RootID)
	t.number(c.Seq)
	t.bytes(c.Hash[:])
	t.instant(c.At)
	sum := t.hash()
	return sum[:]
}

// CheckpointKeyID names a key by the first 8 bytes of its SHA-256, in hexadecimal.
func CheckpointKeyID(key ed25519.PublicKey) string {
	sum := sha256.Sum256(key)
	return hex.EncodeToString(sum[:8])
}
