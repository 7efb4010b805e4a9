package tenancy

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"hash"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"
)

// This file makes each trail a chain of hashes, so that whoever knows one hash of it
// knows all that came before. Anybody can compute it from the record, by this alone:
//
// A hash is the SHA-256 of a list of texts, each preceded by its length in bytes, as 8 bytes
// with the highest first. Numbers are written in decimal; hashes are their 32 bytes. A list
// within the list is the number of its items, and then the items.
//
// The commitment of an event is the hash of
//
//	"tenantry audit origin 1", salt, from
//
// where from is the caller's network address and salt is random, both as the record keeps
// them beside the chain. The hash of an event is that of
//
//	"tenantry audit event 1", previous hash (32 zero bytes for the first event of a trail),
//	root_id, seq, at (unix milliseconds, 0 for none), version, the list of organizations,
//	actor type, actor id, on_behalf_of, commitment, action, target type, target id,
//	the list of detail (name, value, name, value, …, by name), result, code, request_id,
//	the list of updates (as [Update.String] writes them),
//	the list of trees that the change has joined (root_id, version, root_id, version, …)
//
// So from and salt can be erased: without them the commitment says nothing of the address,
// and the chain holds as before. As the commitment is never shown, the hash of an event
// tells nobody of what is left out of it in his view of the trail.

const (
	eventFormat  = "tenantry audit event 1"
	originFormat = "tenantry audit origin 1"
)

// Hash is a SHA-256.
type Hash [sha256.Size]byte

func (h Hash) String() string { return hex.EncodeToString(h[:]) }

// Entry is an event as the record keeps it: a link of its trail's chain, with what the
// engine had to receive.
type Entry struct {
	Event
	Updates []Update
	With    []Tree // see [Delivery]
	// Commitment stands for the event's From in the chain. Salt is what was mixed into it;
	// it is nil when both were erased.
	Commitment Hash
	Salt       []byte
}

// saltLength has too many bits for anybody to try them all.
const saltLength = 16

// Sealed is the entry as the next one after a head of its trail: numbered, in the form in
// which every record keeps it the same, and with its hashes.
func (e Entry) Sealed(last Head) Entry {
	e = e.canonical()
	e.Seq, e.PreviousHash = last.Seq+1, last.Hash
	e.Salt = make([]byte, saltLength)
	_, _ = rand.Read(e.Salt) // never fails
	e.Commitment = e.committed()
	e.Hash = e.chained()
	return e
}

// canonical has times in milliseconds, and no text that is no Unicode.
func (e Entry) canonical() Entry {
	if !e.At.IsZero() {
		e.At = e.At.Truncate(time.Millisecond).UTC()
	}
	for _, text := range []*string{
		&e.Actor.Type, &e.Actor.ID, &e.OnBehalfOf, &e.From, &e.Action, &e.Target.Type, &e.Target.ID, &e.RequestID,
	} {
		*text = legible(*text)
	}
	e.Organizations = slices.Clone(e.Organizations)
	for i, id := range e.Organizations {
		e.Organizations[i] = legible(id)
	}
	detail := e.Detail
	e.Detail = maps.Clone(detail)
	for name, value := range detail {
		delete(e.Detail, name)
		e.Detail[legible(name)] = legible(value)
	}
	return e
}

func legible(text string) string {
	return strings.ToValidUTF8(strings.ReplaceAll(text, "\x00", "\uFFFD"), "\uFFFD")
}

// committed is the commitment to where the event came from.
func (e Entry) committed() Hash {
	t := newTexts(originFormat)
	t.bytes(e.Salt)
	t.text(e.From)
	return t.hash()
}

// chained is the hash of the entry behind its PreviousHash.
func (e Entry) chained() Hash {
	t := newTexts(eventFormat)
	t.bytes(e.PreviousHash[:])
	t.text(e.RootID)
	t.number(e.Seq)
	t.instant(e.At)
	t.number(e.Version)
	t.list(e.Organizations...)
	t.text(e.Actor.Type, e.Actor.ID, e.OnBehalfOf)
	t.bytes(e.Commitment[:])
	t.text(e.Action, e.Target.Type, e.Target.ID)
	t.list(e.details()...)
	t.text(string(e.Result), string(e.Code), e.RequestID)
	t.list(e.steps()...)
	t.list(e.joined()...)
	return t.hash()
}

func (e Entry) details() (texts []string) {
	for _, name := range slices.Sorted(maps.Keys(e.Detail)) {
		texts = append(texts, name, e.Detail[name])
	}
	return texts
}

func (e Entry) steps() []string {
	texts := make([]string, len(e.Updates))
	for i, u := range e.Updates {
		texts[i] = u.String()
	}
	return texts
}

func (e Entry) joined() (texts []string) {
	for _, other := range e.With {
		texts = append(texts, other.RootID, strconv.FormatInt(other.Version, 10))
	}
	return texts
}

// texts is a list that is hashed.
type texts struct{ to hash.Hash }

func newTexts(format string) texts {
	t := texts{sha256.New()}
	t.text(format)
	return t
}

func (t texts) bytes(b []byte) {
	var length [8]byte
	binary.BigEndian.PutUint64(length[:], uint64(len(b)))
	t.to.Write(length[:])
	t.to.Write(b)
}

func (t texts) text(items ...string) {
	for _, item := range items {
		t.bytes([]byte(item))
	}
}

func (t texts) number(n int64) { t.text(strconv.FormatInt(n, 10)) }

func (t texts) instant(at time.Time) {
	if at.IsZero() {
		t.number(0)
		return
	}
	t.number(at.UnixMilli())
}

func (t texts) list(items ...string) {
	t.number(int64(len(items)))
	t.text(items...)
}

func (t texts) hash() (h Hash) {
	t.to.Sum(h[:0])
	return h
}
