package kql

import "strings"

// Catalog is what a query can name.
type Catalog struct {
	// Tables are found by name without regard to case.
	Tables []Table
}

// Table is one table a query can read.
type Table struct {
	Name string
	// Columns in the order a query without project shows them.
	Columns []Column
	// Relation is the SQL table or view that is read when no variant fits. Its
	// columns bear the names of Columns.
	Relation string
	// Variants are narrower relations, see Variant.
	Variants []Variant
	// Hidden are columns that a query can name but that are not shown unless it
	// does; nothing is stored for them, so they are empty.
	Hidden []Column
	// Only limits Relation to the table's rows; nil when all are.
	Only *Only
}

// Only says that a table has the rows of its relation where an SQL column, which
// is no column of the table, holds a value.
type Only struct {
	Column, Value string
}

// Column is one column of a Table. The relation holds it as
//
//	bool BOOLEAN, int and long BIGINT, real DOUBLE, string and guid VARCHAR,
//	datetime TIMESTAMP (UTC), timespan BIGINT ticks, decimal DECIMAL,
//	dynamic JSON text (VARCHAR or JSON), NULL for null
type Column struct {
	Name string
	Type Type
	// NotNull promises that the SQL column is never NULL. A NULL in a string
	// column reads as the empty text; the promise saves that test.
	NotNull bool
}

// Variant is a relation with exactly the rows of its table where
// lower(Column) is one of Values. It is read instead of the table's relation
// when the where steps behind the table pin Column to values of one variant
// (== =~ in in~ with literals, and-ed with anything).
//
// Besides the table's columns its relation has one typed SQL column for each
// known path and for each part of a Concat.
type Variant struct {
	Column   string
	Values   []string
	Relation string
	Paths    []Path
	Concats  []Concat
	// NotNull lists SQL columns of the relation that are never NULL.
	NotNull []string
	// Narrow is a still narrower relation; nil where there is none.
	Narrow *Narrow
}

// Narrow is a relation with the columns of its variant, and all of its rows but some
// whose Column has a value that Lacks is true of. It is read instead where the same
// where steps pin that column to values of which none is.
type Narrow struct {
	Column   string
	Lacks    func(value string) bool
	Relation string
}

// Path says that a place inside a dynamic column is also a typed SQL column.
// Both must hold the same value: where the typed column is NULL the JSON has
// no such member, or null.
type Path struct {
	// Path is written as in KQL: properties.additionalData.imageDigest, with
	// quoted members where they hold dots: properties.cvss["3.0"].base.
	Path string
	// Column is the SQL column. With Elements it may be empty.
	Column string
	// Type tells how the SQL column holds the value: see Column for the SQL
	// types. A datetime stands in the JSON as yyyy-MM-ddTHH:mm:ss.fffffffZ. A
	// dynamic is JSON text of that place alone.
	Type Type
	// Elements describes an array of at most one element.
	Elements *Elements
	// List is an SQL column with the elements of an array, JSON[]; where it is NULL
	// the place itself tells.
	List string
	// Count is an SQL column with the number of elements, BIGINT; NULL where the
	// place holds no array.
	Count string
	// Stamp is an SQL column with the moment, TIMESTAMP, that stands there as
	// yyyy-MM-ddTHH:mm:ss.fffffffZ. Where it is NULL the column Words has the text
	// that stands there, in any form.
	Stamp, Words string
	// Parsed is set for a text that is JSON itself, with Column of type Dynamic: the
	// known places in what parse_json makes of it. The empty path is all of it.
	Parsed []Path
}

// Elements describes an array that has one element, or none.
type Elements struct {
	// Present is an SQL column that is NULL where the array has no element;
	// empty when there is always one.
	Present string
	// Missing tells what the array is where it has no element: null instead of
	// [] when set. mv-expand gives one row for null and none for [].
	Missing bool
	// Paths are the known places inside the element, relative to it.
	Paths []Path
}

// Concat says that a string column is the concatenation of its parts, so that
// looking for a literal in it can be decided while translating.
type Concat struct {
	Column string
	Parts  []ConcatPart
}

// ConcatPart is a literal text or an SQL column of the relation.
type ConcatPart struct {
	Literal string
	// Column is set for a column, which must not be NULL.
	Column string
	// NonEmpty promises that the column is never the empty text and does not end
	// in a line end.
	NonEmpty bool
	// Excludes are texts that the column never contains, in any case of letters;
	// a ? in them is any one character.
	// Choose them short: for id = scope + "/providers/Microsoft.Security/assessments/"
	// + key + ..., scope excludes "Microsoft.Security" and "/assessments", and key
	// excludes "/". A query that searches for any part of the literal is then
	// decided without looking at the text.
	Excludes []string
}

// table finds a table by name.
func (c *Catalog) table(name string) *Table {
	if c == nil {
		return nil
	}
	for i := range c.Tables {
		if strings.EqualFold(c.Tables[i].Name, name) {
			return &c.Tables[i]
		}
	}
	return nil
}

func (c *Catalog) names() []string {
	var out []string
	if c != nil {
		for _, t := range c.Tables {
			out = append(out, t.Name)
		}
	}
	return out
}

func (v *Variant) notNull(column string) bool {
	for _, c := range v.NotNull {
		if c == column {
			return true
		}
	}
	return false
}

// concat is the known make-up of a column, nil when there is none.
func (v *Variant) concat(column string) *Concat {
	for i := range v.Concats {
		if v.Concats[i].Column == column {
			return &v.Concats[i]
		}
	}
	return nil
}
