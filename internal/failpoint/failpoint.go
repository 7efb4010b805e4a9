// Package failpoint names the places at which a test can have the program fail: every
// boundary of the way of a change from its caller to the engine and back, of what happens
// beside it, and of a start.
//
// An ordinary build has none of it: [Pass] and [Err] are empty there and leave nothing
// behind in their callers. In a build with the tag failpoint a point that was armed strikes
// at its n-th passing: it panics, kills the process as a crash does, hangs, delays, or has
// its caller get an error. A process is told by its environment,
//
//	TENANTRY_FAILPOINTS="change-committed=kill,write-begun=error@3,mail-due=delay:2s@*"
//
// and a test in the same process by Arm. A process says on its standard error which point
// strikes, before it does:
//
//	failpoint: change-committed: kill
//
// Points are where something may be half done, not where much may go wrong: what lies
// between two of them is carried out by one call of the record, the engine or the mail
// server, which carry it out whole or not at all.
package failpoint

// Point is a place in the program. Its name is what the environment calls it.
type Point string

// The way of a request.
const (
	// RequestAuthenticated: the caller is known, and nothing else is read.
	RequestAuthenticated Point = "request-authenticated"
	// RequestPerformed: the operation is carried out, committed and delivered; its answer is
	// rendered, and nobody has it.
	RequestPerformed Point = "request-performed"
)

// A change in the record. The points up to CommitBegun are in its transaction.
const (
	// ChangeDecided: the updates of a change are derived, and nothing is written.
	ChangeDecided Point = "change-decided"
	// AnswerKeeping: the answer for repeats is about to be kept, as the first of all.
	AnswerKeeping Point = "answer-keeping"
	// RowsWritten: the rows and the versions are written, the trails are not.
	RowsWritten Point = "rows-written"
	// CommitBegun: all is written and not committed.
	CommitBegun Point = "commit-begun"
	// CommitDone: the change is committed. An error here is a lost acknowledgement: nobody in
	// the process knows of the commit.
	CommitDone Point = "commit-done"
	// RefusalWritten: the event of a refusal is written and not committed.
	RefusalWritten Point = "refusal-written"
)

// A delivery to the engine.
const (
	// ChangeCommitted: the committed change is about to be delivered. From here on it holds,
	// so this point gives no error.
	ChangeCommitted Point = "change-committed"
	// DeliveryBegun: a version is read, it is its turn, and nothing of it is written.
	DeliveryBegun Point = "delivery-begun"
	// WriteBegun: a write of the engine, one of perhaps many of a delivery, is about to go out.
	WriteBegun Point = "write-begun"
	// WriteDone: a write has arrived. An error is its lost acknowledgement.
	WriteDone Point = "write-done"
	// PartWritten: a part of a delivery is in, and another one follows.
	PartWritten Point = "part-written"
	// DeliveryDone: the engine holds the version, and the process does not know it yet.
	DeliveryDone Point = "delivery-done"
)

// What happens without a request.
const (
	// EndingDecided: what is over in a tree is found, and nothing is written.
	EndingDecided Point = "ending-decided"
	// SweepBegun: a round begins that ends what is over in trees that nobody asks about.
	SweepBegun Point = "sweep-begun"
	// RelayBegun: a round begins that delivers what is committed and late.
	RelayBegun Point = "relay-begun"
	// MailDue: a mail is read from the outbox, and nothing is noted of an attempt.
	MailDue Point = "mail-due"
	// MailBegun: the attempt and the hash of its token are noted; the server has nothing.
	MailBegun Point = "mail-begun"
	// MailSent: the server has taken the mail, and the outbox still holds it.
	MailSent Point = "mail-sent"
	// MailEnded: the outbox holds the mail no longer.
	MailEnded Point = "mail-ended"
)

// A start.
const (
	// MigrationBegun: the version of the database is read, and nothing is altered.
	MigrationBegun Point = "migration-begun"
	// MigrationHalf: some migrations are in, and one is in the midst of its transaction.
	MigrationHalf Point = "migration-half"
	// MigrationDone: all migrations are in.
	MigrationDone Point = "migration-done"
	// LoadBegun: the engine is empty and runs.
	LoadBegun Point = "load-begun"
	// LoadHalf: a relationship is about to be loaded; others follow.
	LoadHalf Point = "load-half"
	// LoadDone: the engine is filled, and no listener is open.
	LoadDone Point = "load-done"
)

// Points lists all points, each once.
func Points() []Point {
	return []Point{
		RequestAuthenticated, RequestPerformed,
		ChangeDecided, AnswerKeeping, RowsWritten, CommitBegun, CommitDone, RefusalWritten,
		ChangeCommitted, DeliveryBegun, WriteBegun, WriteDone, PartWritten, DeliveryDone,
		EndingDecided, SweepBegun, RelayBegun, MailDue, MailBegun, MailSent, MailEnded,
		MigrationBegun, MigrationHalf, MigrationDone, LoadBegun, LoadHalf, LoadDone,
	}
}

// GivesError reports whether the caller of the point can return an error.
func (p Point) GivesError() bool { return p != ChangeCommitted }
