package estate

import (
	"encoding/base32"
	"encoding/binary"
	"strings"
)

var idEncoding = base32.HexEncoding.WithPadding(base32.NoPadding)

// firstMade is the time in the first id, in milliseconds.
const firstMade = 1_750_000_000_000

// id makes an id as the service itself does, as long and with as much in common with its
// neighbours: a time, and then what differs.
func id(prefix string, ordinal int) string {
	var raw [16]byte
	n := uint64(ordinal) //nolint:gosec // it counts
	binary.BigEndian.PutUint64(raw[:8], (firstMade+n/16)<<16|0x7000|scatter(n)&0xfff)
	binary.BigEndian.PutUint64(raw[8:], scatter(^n)|1<<63)
	return prefix + "_" + strings.ToLower(idEncoding.EncodeToString(raw[:]))
}

// scatter is the mixing step of splitmix64.
func scatter(n uint64) uint64 {
	n += 0x9e3779b97f4a7c15
	n = (n ^ n>>30) * 0xbf58476d1ce4e5b9
	n = (n ^ n>>27) * 0x94d049bb133111eb
	return n ^ n>>31
}

// Root is the id of the root organization of a tree, and of the tree.
func (s Shape) Root(tree int) string { return id("org", tree*(s.Organizations+1)) }

// Organization is the id of one below the root.
func (s Shape) Organization(tree, organization int) string {
	return id("org", tree*(s.Organizations+1)+1+organization)
}

// Group is the id of a group.
func (s Shape) Group(tree, group int) string { return id("grp", tree*(s.Groups+spareGroups)+group) }

// Person is the id of a member of a group.
func (s Shape) Person(tree, group, person int) string {
	return id("usr", tree*(s.Groups*s.People+1)+1+group*s.People+person)
}

// Owner is the id of who owns every organization and group of a tree.
func (s Shape) Owner(tree int) string { return id("usr", tree*(s.Groups*s.People+1)) }
