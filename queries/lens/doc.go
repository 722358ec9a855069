// Package lens turns a scope and a way of looking at it into one SQL
// statement: the findings under some filters, seen as teams, registries,
// repositories, images, findings, vulnerabilities, packages or fixes. The
// terminal screens and the command line share it, so that what a person looks
// at can always be shown, saved and run as a query.
//
// Every statement reads the view subassessments, or typed_subassessments where it
// asks for the type of a package. Nothing here runs anything.
package lens
