// Package proof keeps what Tenantry claims to withstand beside what shows it: ATTACKS.md names
// the tests of every attack, ASVS.md those of the requirements of a public standard, and
// [Mutants] are the controls: guards that are taken out one at a time, so that a test which
// passes without its guard is found. Tests of this package hold all three against the code;
// tools/mutants takes the guards out.
package proof
