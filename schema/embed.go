package schema

import (
	"embed"
	"io/fs"
)

//go:embed migrations/*.sql views/*.sql
var files embed.FS

// Migrations returns the append-only migrations, NNNN_what.sql, to be applied
// in name order, each once.
func Migrations() fs.FS { return sub("migrations") }

// Views returns the repeatable views and macros, to be created anew in name
// order whenever the schema is brought up to date.
func Views() fs.FS { return sub("views") }

func sub(dir string) fs.FS {
	f, err := fs.Sub(files, dir)
	if err != nil {
		panic(err) // the name is a constant and embedded above
	}
	return f
}
