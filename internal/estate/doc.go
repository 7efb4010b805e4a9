// Package estate describes the tenants of a provider, of any size, for benchmarks: the
// rows of the record, the relationships that follow from them, and questions whose answers
// are known by construction. The same shape always gives the same estate.
//
// An estate has many trees that are all alike: a root organization with groups of people,
// and sub-organizations below it, each of which several of the groups are linked to. Each
// person is in one group. A group holds three claims, so its members have four permissions
// beside the access itself, and no other way into an organization exists for them. That is
// what makes the answers known without asking anybody.
package estate
