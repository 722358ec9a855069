// Package export writes the rows of a report in a form that people and
// programs read: a table for a terminal, JSON, CSV, Markdown, an Excel
// workbook.
//
// A caller fills a [Plan] (what is exported, where it came from, which sheets
// it has), picks a [Format] by name or by the suffix of a file, and calls
// [Format.Write] or, for a file, [ToFile]. Rows are streamed: memory does not
// grow with their number. The same rows and the same [Plan.Generated] give
// the same bytes.
//
// Nothing is left out silently. What a format had to shorten, hide or leave
// out is counted in [Stats], and [Stats.Warnings] says it in sentences for
// standard error.
//
// To add a format: one file with its write function, one line in Formats,
// want.<name> files in the folders of testdata/export.
package export
