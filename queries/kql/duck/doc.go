// Package duck holds DuckDB SQL as nodes and prints it. It is the only place
// of the translator where SQL text is put together: one function quotes names
// (Name), one quotes texts (Text), values of the user's parameters are bound
// (Param) and never printed.
//
// # Columns are identities
//
// A Column is an identity, not a name. An expression may mention any column
// that some relation below it defines; the printer finds out which relations
// have to carry the column up and names it c1, c2, ... on the way. What nobody
// mentions is not carried: projection pruning falls out of printing. DuckDB
// folds the case of names and silently prefers the first of two that differ in
// case only, so names that users chose never become SQL names: they appear as
// comments beside the synthetic ones.
//
// # Relations
//
// Table, Values and Series are leaves. Select filters, computes, unnests,
// sorts and limits; Group aggregates; Join and Union combine. A Shared relation
// is printed once and read by any number of Reads, each with columns of its
// own, so that the same rows can be joined with themselves.
//
// Every relation but a leaf becomes one step of a WITH chain. Steps are
// declared NOT MATERIALIZED, since DuckDB otherwise materialises them and
// filters no longer reach the scan.
package duck
