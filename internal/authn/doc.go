// Package authn says who calls: it makes the keys of platforms, consoles, machines and
// agents, and knows their holders by them.
//
// A secret is seen twice: once by whoever asked for the key, and in each request. What is
// kept is its hash. Every refusal is the same, whatever is wrong with a key, and every
// comparison takes the same time, whether or not there is such a key.
package authn
