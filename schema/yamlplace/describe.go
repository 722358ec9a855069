package yamlplace

import (
	"strconv"

	"github.com/goccy/go-yaml/ast"
)

// Describe says what a node is, for the message that it should be another: "a
// list", "keys and values", or the text as it stands in quotes.
func Describe(n ast.Node) string {
	switch n.Type() {
	case ast.MappingType, ast.MappingValueType:
		return "keys and values"
	case ast.SequenceType:
		return "a list"
	case ast.NullType:
		return "nothing"
	case ast.AliasType, ast.AnchorType, ast.MergeKeyType, ast.TagType:
		return "an anchor, an alias or a tag of YAML"
	}
	return strconv.Quote(n.GetToken().Value)
}
