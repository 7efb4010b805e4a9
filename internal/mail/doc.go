// Package mail sends the mails of invitations: a [Sender] takes what the record's outbox
// holds and hands it to a mail server by [SMTP].
//
// A mail is in the outbox from the moment at which its change is committed, and stays there
// until a server has taken it or the invitation ends. So none is lost, and none tells of a
// change that was not made. Not promised: that a mail comes once. If a server has taken a
// mail and the node fails before it knows, the mail is sent again, with a new token: of
// several mails about one invitation only the newest leads anywhere. A token exists in the
// clear only between its making and the end of the attempt, in memory.
package mail
