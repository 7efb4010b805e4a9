// Package check tests what is in the folder above, strictly: the manifests by the types of
// Kubernetes, the rules by Prometheus's own parser. It is a module of its own, for nothing else
// needs those.
//
// What it can't test is what only a cluster knows: whether the operators that are named do with
// their resources what they should. Whether the program has the commands and settings that are
// named is tested beside the program, in cmd/tenantry.
package check
