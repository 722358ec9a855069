// Package schema is the vocabulary of argosy: what a finding, a scan, an
// image and a severity are, and how rows of a result look. Every other
// package speaks these nouns; this one imports nothing but the standard
// library, so that parsers, exporters and screens can be tested without a
// database.
//
// The stored form of the same nouns is in schema/migrations and
// schema/views; package schema/store keeps the two in step.
package schema
