package csaf

import (
	"slices"
	"strings"

	"argosy/ingest/jsonread"
	"argosy/schema"
)

// lists are the lists of a product_status (CSAF 2.0, 3.2.3.9) in the order of
// the specification, with what they say. A recommended product is no statement
// about a vulnerability.
var lists = [...]struct {
	name   string
	status schema.VEXStatus
}{
	{"first_affected", schema.VEXAffected},
	{"known_affected", schema.VEXAffected},
	{"last_affected", schema.VEXAffected},
	{"first_fixed", schema.VEXFixed},
	{"fixed", schema.VEXFixed},
	{"known_not_affected", schema.VEXNotAffected},
	{"under_investigation", schema.VEXUnderInvestigation},
}

// deliver hands on the statements about a vulnerability and its text.
func (c *document) deliver(v *vulnerability, at string) error {
	id, aliases := v.id()
	if id == "" {
		return c.d.to.Skip(at, "the vulnerability has neither cve nor ids")
	}
	told := false
	for _, list := range lists {
		statements := c.statements(v, list.status, v.status[list.name])
		for i := range statements {
			s := &statements[i]
			s.VulnerabilityID, s.Aliases, s.Place = id, aliases, at+".product_status."+list.name
			if err := c.d.to.Statement(s); err != nil {
				return err
			}
			told = true
		}
	}
	if !told {
		if err := c.d.to.Skip(at, "the vulnerability "+id+" states the status of no product"); err != nil {
			return err
		}
	}
	return c.catalogue(v, id, aliases)
}

// statements puts products with the same reasons into one statement.
func (c *document) statements(v *vulnerability, status schema.VEXStatus, ids []string) []schema.VEXStatement {
	var out []schema.VEXStatement
	index := map[[3]string]int{}
	seen := map[string]bool{}
	for _, id := range ids {
		if seen[id] {
			continue
		}
		seen[id] = true
		var why [3]string
		switch status {
		case schema.VEXNotAffected:
			why[0] = c.about(v.flags, id, func(n *note) string { return n.category })
			why[1] = c.about(v.threats, id, func(n *note) string {
				if n.category == "impact" {
					return n.text
				}
				return ""
			})
		case schema.VEXAffected, schema.VEXUnderInvestigation:
			why[1] = c.about(v.threats, id, func(n *note) string { return joined(n.category, n.text) })
			why[2] = c.about(v.remediations, id, func(n *note) string { return joined(n.category, n.text) })
		case schema.VEXFixed:
			why[2] = c.about(v.remediations, id, func(n *note) string { return joined(n.category, n.text) })
		}
		i, ok := index[why]
		if !ok {
			i = len(out)
			index[why] = i
			out = append(out, schema.VEXStatement{Document: c.id, Author: c.author, At: c.at, Status: status,
				Justification: why[0], Impact: why[1], Action: why[2]})
		}
		out[i].Products = append(out[i].Products, c.product(id))
	}
	return out
}

func joined(category, text string) string {
	return strings.Trim(category+": "+text, ": ")
}

// about joins what the notes say of a product.
func (c *document) about(notes []note, id string, text func(*note) string) string {
	var out []string
	for i := range notes {
		n := &notes[i]
		of := len(n.products)+len(n.groups) == 0 || slices.Contains(n.products, id)
		for _, g := range n.groups {
			of = of || slices.Contains(c.products.groups[g], id)
		}
		if s := text(n); of && s != "" && !slices.Contains(out, s) {
			out = append(out, s)
		}
	}
	return strings.Join(out, "; ")
}

// product says what a statement is about. Ids hold within a document only, so
// that the document's id goes before them.
func (c *document) product(id string) schema.VEXProduct {
	what := c.products.identify(id, 0)
	return schema.VEXProduct{ID: c.id + "#" + id, PURLs: what.purls, Digests: what.digests, Subcomponents: what.inside}
}

// catalogue delivers the text of a vulnerability.
func (c *document) catalogue(v *vulnerability, id string, aliases []string) error {
	if c.d.to.Known(name, id) {
		return nil
	}
	for i := range v.scores {
		v.scores[i].Source = strings.ToLower(c.author)
	}
	out := &schema.Vulnerability{ID: id, Aliases: aliases, Title: v.title, Description: v.description, CVSS: v.scores, CWEs: v.cwes,
		References: v.references, Published: jsonread.ParseTime(v.released)}
	b := &v.extra
	b.Text("advisory", c.id)
	b.Text("advisoryTitle", c.title)
	b.Text("advisorySeverity", c.severity)
	b.Texts("notes", v.notes)
	var threats []string
	for i := range v.threats {
		if n := &v.threats[i]; n.category != "" && !slices.Contains(threats, joined(n.category, n.text)) {
			threats = append(threats, joined(n.category, n.text))
		}
	}
	b.Texts("threats", threats)
	out.Extra = b.JSON()
	return c.d.to.Vulnerability(name, out)
}
