// Package queries is what stands between a question and the database: the
// library of saved reports, their parameters, and the way from a text in SQL
// or KQL to a statement that can run.
package queries
