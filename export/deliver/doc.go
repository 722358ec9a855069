// Package deliver takes finished reports to people: into a folder, by mail, to
// a webhook, into object storage, or to a command. It knows nothing of queries
// or databases: a Message says what happened, its artifacts are files.
//
// Deliver may be called again after any error and after a crash. A folder and
// object storage go by the name of the file and do nothing when the same bytes
// are there. A mail keeps its Message-ID, a webhook its Idempotency-Key; those
// two and a command are at least once.
//
// Passwords, tokens and secret URLs are references (env:NAME, file:PATH) in
// configuration, are read at the moment of delivery, and stand in no error,
// receipt, description or preview.
package deliver
