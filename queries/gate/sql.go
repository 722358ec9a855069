package gate

import _ "embed"

//go:embed resolve.sql
var resolveSQL string

//go:embed images.sql
var imagesSQL string

//go:embed findings.sql
var findingsSQL string

//go:embed denylist.sql
var denyListSQL string
