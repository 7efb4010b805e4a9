package relindex

import (
	"slices"
	"strings"
)

// fanout is the most entries a node holds. A write copies one node a level, so
// a larger fanout makes writes and kept revisions dearer; a smaller one makes
// reads walk more levels.
const fanout = 32

// edge is one relationship as an index stores it: major is the id that the
// index is ordered by, minor the id at the other end.
type edge struct {
	major, minor string
	traits       *traits
}

func (e edge) compare(other edge) int {
	if c := strings.Compare(e.major, other.major); c != 0 {
		return c
	}
	return strings.Compare(e.minor, other.minor)
}

// tree is a persistent B+tree of edges: with and without give a new tree that
// shares all but one path with the old one, which stays as it was. So a tree
// may be read by anyone without a lock, and keeping an old one costs only the
// nodes that later writes replaced.
//
// Nodes are never merged: a node goes when its last entry goes. So a tree that
// shrank a lot keeps sparse nodes until they empty or split again.
type tree struct {
	root *node
	size int
}

// node is a leaf (no children) or an inner node. In an inner node edges[i] is a
// lower bound of children[i], and all of children[i-1] is below it; edges[0] is
// not looked at.
type node struct {
	edges    []edge
	children []*node
}

// treeOf builds a tree of full nodes from size edges: at gives the i-th one, in
// strictly ascending order.
func treeOf(size int, at func(i int) edge) tree {
	var level []*node
	for from := 0; from < size; from += fanout {
		leaf := &node{edges: make([]edge, min(fanout, size-from))}
		for i := range leaf.edges {
			leaf.edges[i] = at(from + i)
		}
		level = append(level, leaf)
	}
	for len(level) > 1 {
		level = parentsOf(level)
	}
	if len(level) == 0 {
		return tree{}
	}
	return tree{root: level[0], size: size}
}

func parentsOf(level []*node) []*node {
	var parents []*node
	for chunk := range slices.Chunk(level, fanout) {
		parents = append(parents, innerNode(slices.Clone(chunk)))
	}
	return parents
}

func innerNode(children []*node) *node {
	bounds := make([]edge, len(children))
	for i, child := range children {
		bounds[i] = child.edges[0]
	}
	return &node{edges: bounds, children: children}
}

// with returns the tree with e added, or put in the place of the edge with the
// same ids.
func (t tree) with(e edge) tree {
	if t.root == nil {
		return tree{root: &node{edges: []edge{e}}, size: 1}
	}
	replacements, added := t.root.with(e)
	root := replacements[0]
	if len(replacements) > 1 {
		root = innerNode(replacements)
	}
	return tree{root: root, size: t.size + added}
}

// with returns the one or two nodes that take n's place, and how many edges
// that added.
func (n *node) with(e edge) (replacements []*node, added int) {
	if n.children == nil {
		return n.leafWith(e)
	}
	i := n.childFor(e)
	children, added := n.children[i].with(e)
	bounds := []edge{n.edges[i]}
	for _, child := range children[1:] {
		bounds = append(bounds, child.edges[0])
	}
	return split(&node{
		edges:    splice(n.edges, i, 1, bounds...),
		children: splice(n.children, i, 1, children...),
	}), added
}

func (n *node) leafWith(e edge) (replacements []*node, added int) {
	i, found := slices.BinarySearchFunc(n.edges, e, edge.compare)
	if found {
		return []*node{{edges: splice(n.edges, i, 1, e)}}, 0
	}
	return split(&node{edges: splice(n.edges, i, 0, e)}), 1
}

// split halves a node that outgrew the fanout.
func split(n *node) []*node {
	if len(n.edges) <= fanout {
		return []*node{n}
	}
	half := len(n.edges) / 2
	left := &node{edges: slices.Clone(n.edges[:half])}
	right := &node{edges: slices.Clone(n.edges[half:])}
	if n.children != nil {
		left.children = slices.Clone(n.children[:half])
		right.children = slices.Clone(n.children[half:])
	}
	return []*node{left, right}
}

// without returns the tree without the edge of e's ids, which must be in it.
func (t tree) without(e edge) tree {
	root := t.root.without(e)
	for root != nil && len(root.children) == 1 {
		root = root.children[0]
	}
	return tree{root: root, size: t.size - 1}
}

// without returns n without the edge of e's ids, or nil when nothing is left.
func (n *node) without(e edge) *node {
	if n.children == nil {
		return n.leafWithout(e)
	}
	i := n.childFor(e)
	if child := n.children[i].without(e); child != nil {
		return &node{edges: n.edges, children: splice(n.children, i, 1, child)}
	}
	if len(n.children) == 1 {
		return nil
	}
	return &node{edges: splice(n.edges, i, 1), children: splice(n.children, i, 1)}
}

func (n *node) leafWithout(e edge) *node {
	i, found := slices.BinarySearchFunc(n.edges, e, edge.compare)
	if !found {
		return n
	}
	if len(n.edges) == 1 {
		return nil
	}
	return &node{edges: splice(n.edges, i, 1)}
}

// childFor returns the index of the child whose range holds e.
func (n *node) childFor(e edge) int {
	i, found := slices.BinarySearchFunc(n.edges[1:], e, edge.compare)
	if found {
		return i + 1
	}
	return i
}

// find returns the edge with the given ids.
func (t tree) find(major, minor string) (edge, bool) {
	wanted := edge{major: major, minor: minor}
	n := t.root
	if n == nil {
		return edge{}, false
	}
	for n.children != nil {
		n = n.children[n.childFor(wanted)]
	}
	i, found := slices.BinarySearchFunc(n.edges, wanted, edge.compare)
	if !found {
		return edge{}, false
	}
	return n.edges[i], true
}

// ascend calls yield for every edge from the given one on, in order, until
// yield returns false.
func (t tree) ascend(from edge, yield func(edge) bool) {
	if t.root != nil {
		t.root.ascend(from, yield)
	}
}

func (n *node) ascend(from edge, yield func(edge) bool) bool {
	if n.children == nil {
		i, _ := slices.BinarySearchFunc(n.edges, from, edge.compare)
		return all(n.edges[i:], yield)
	}
	i := n.childFor(from)
	if !n.children[i].ascend(from, yield) {
		return false
	}
	for _, child := range n.children[i+1:] {
		if !child.each(yield) {
			return false
		}
	}
	return true
}

func (n *node) each(yield func(edge) bool) bool {
	if n.children == nil {
		return all(n.edges, yield)
	}
	for _, child := range n.children {
		if !child.each(yield) {
			return false
		}
	}
	return true
}

func all(edges []edge, yield func(edge) bool) bool {
	for _, e := range edges {
		if !yield(e) {
			return false
		}
	}
	return true
}

// splice returns a copy of s, of no spare capacity, in which the given
// replacements stand for the removed elements from i on.
func splice[T any](s []T, i, removed int, replacements ...T) []T {
	spliced := make([]T, 0, len(s)-removed+len(replacements))
	spliced = append(spliced, s[:i]...)
	spliced = append(spliced, replacements...)
	return append(spliced, s[i+removed:]...)
}

// maxEdge returns the later of two edges.
func maxEdge(a, b edge) edge {
	if a.compare(b) < 0 {
		return b
	}
	return a
}
