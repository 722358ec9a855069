package csaf

import (
	"fmt"
	"strings"

	"argosy/ingest/jsonread"
	"argosy/ingest/purl"
)

// product is a product of the tree.
type product struct {
	name           string
	purls, digests []string
	// version is the branch of category product_version above the product;
	// inRange says that there is one of a range of versions.
	version string
	inRange bool
	// part and whole are the products that a relationship joins.
	part, whole string
}

// products is a product tree.
type products struct {
	byID   map[string]*product
	groups map[string][]string
}

func (p *products) add(id string, one *product) {
	if p.byID == nil {
		p.byID = map[string]*product{}
	}
	if id != "" {
		p.byID[id] = one
	}
}

func (p *products) read(r *jsonread.Reader) error {
	return r.Members(func(key []byte) error {
		switch string(key) {
		case "branches":
			return r.Elements(func(int) error { return p.readBranch(r, product{}) })
		case "full_product_names":
			return r.Elements(func(int) error { return p.readProduct(r, product{}) })
		case "relationships":
			return r.Elements(func(int) error { return p.readRelationship(r) })
		case "product_groups":
			return r.Elements(func(int) error { return p.readGroup(r) })
		}
		return r.Skip()
	})
}

// readBranch reads a branch; above is what the branches above it say. Where
// the category stands behind what lies below, it comes too late for that, and
// the branch is read a second time.
func (p *products) readBranch(r *jsonread.Reader, above product) error {
	category, label := "", ""
	var below []byte
	err := r.Members(func(key []byte) (err error) {
		switch k := string(key); k {
		case "category":
			category, err = r.Word()
		case "name":
			label, err = r.Word()
		case "branches", "product":
			if category == "" || label == "" {
				var raw []byte
				if raw, err = r.Raw(); err == nil {
					below = fmt.Appendf(below, "{%q:%s}\n", k, raw)
				}
				return err
			}
			err = p.below(r, k, above.under(category, label))
		default:
			err = r.Skip()
		}
		return err
	})
	if err != nil || below == nil {
		return err
	}
	late := jsonread.New(strings.NewReader(string(below)))
	for late.More() {
		err = late.Members(func(key []byte) error {
			return p.below(late, string(key), above.under(category, label))
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func (p *products) below(r *jsonread.Reader, key string, above product) error {
	if key == "product" {
		return p.readProduct(r, above)
	}
	return r.Elements(func(int) error { return p.readBranch(r, above) })
}

// under is what a branch adds.
func (p product) under(category, label string) product {
	switch category {
	case "product_version":
		// Some writers put the name of a package here.
		p.version, p.inRange = "", false
		if digits := strings.TrimPrefix(label, "v"); digits != "" && digits[0] >= '0' && digits[0] <= '9' {
			p.version = label
		}
	case "product_version_range":
		p.inRange = true
	}
	return p
}

// readProduct reads a full product name.
func (p *products) readProduct(r *jsonread.Reader, above product) error {
	id := ""
	one := &above
	err := one.read(r, &id)
	p.add(id, one)
	return err
}

func (one *product) read(r *jsonread.Reader, id *string) error {
	return r.Members(func(key []byte) (err error) {
		switch string(key) {
		case "product_id":
			*id, err = r.Word()
		case "name":
			one.name, err = r.Word()
		case "product_identification_helper":
			err = one.readHelper(r)
		default:
			err = r.Skip()
		}
		return err
	})
}

func (one *product) readHelper(r *jsonread.Reader) error {
	return r.Members(func(key []byte) error {
		switch string(key) {
		case "purl", "purls":
			urls, err := r.Words()
			one.purls = append(one.purls, urls...)
			return err
		case "hashes":
			return r.Elements(func(int) error {
				return r.Members(func(key []byte) error {
					if string(key) != "file_hashes" {
						return r.Skip()
					}
					return r.Elements(func(int) error { return one.readHash(r) })
				})
			})
		}
		return r.Skip()
	})
}

func (one *product) readHash(r *jsonread.Reader) error {
	algorithm, value := "", ""
	err := r.Members(func(key []byte) (err error) {
		switch string(key) {
		case "algorithm":
			algorithm, err = r.Word()
		case "value":
			value, err = r.Word()
		default:
			err = r.Skip()
		}
		return err
	})
	if strings.EqualFold(algorithm, "sha256") && value != "" {
		one.digests = append(one.digests, "sha256:"+value)
	}
	return err
}

func (p *products) readRelationship(r *jsonread.Reader) error {
	one, id := &product{}, ""
	err := r.Members(func(key []byte) (err error) {
		switch string(key) {
		case "product_reference":
			one.part, err = r.Word()
		case "relates_to_product_reference":
			one.whole, err = r.Word()
		case "full_product_name":
			err = one.read(r, &id)
		default:
			err = r.Skip()
		}
		return err
	})
	p.add(id, one)
	return err
}

func (p *products) readGroup(r *jsonread.Reader) error {
	id, members := "", []string(nil)
	err := r.Members(func(key []byte) (err error) {
		switch string(key) {
		case "group_id":
			id, err = r.Word()
		case "product_ids":
			members, err = r.Words()
		default:
			err = r.Skip()
		}
		return err
	})
	if p.groups == nil {
		p.groups = map[string][]string{}
	}
	p.groups[id] = append(p.groups[id], members...)
	return err
}

// identity is what a product is in terms of package URLs.
type identity struct {
	purls, digests, inside []string
}

// maxRelations bounds how far relationships are followed.
const maxRelations = 8

// identify says what a product is. A part of an image is that part within it.
// A part of anything else (a release of a distribution, a bundle) is known by
// its own package URL, which must have a version: without one it would mean
// the package in every release. The same holds for ranges of versions.
func (p *products) identify(id string, depth int) identity {
	one := p.byID[id]
	if one == nil || depth > maxRelations {
		return identity{}
	}
	if one.part == "" {
		return one.own(false)
	}
	if own := one.own(true); len(own.purls) > 0 {
		return own
	}
	part, whole := p.identify(one.part, depth+1), p.identify(one.whole, depth+1)
	switch {
	case whole.isImage() && len(whole.inside) == 0 && len(part.purls) > 0 && !part.isImage():
		return identity{purls: whole.purls, digests: whole.digests, inside: part.purls}
	case part.isImage():
		return part
	}
	return identity{purls: versioned(part.purls)}
}

func (i identity) isImage() bool {
	for _, s := range i.purls {
		if isImage(s) {
			return true
		}
	}
	return false
}

func isImage(s string) bool {
	url, ok := purl.Parse(s)
	_, _, _, image := url.Image()
	return ok && image
}

// own are the identifiers that the product itself has.
func (one *product) own(partOfOther bool) identity {
	out := identity{digests: one.digests}
	for _, s := range one.purls {
		url, ok := purl.Parse(s)
		switch {
		case !ok:
		case url.Version != "" || isImage(s):
			out.purls = append(out.purls, s)
		case one.version != "" && !one.inRange:
			out.purls = append(out.purls, withVersion(s, one.version))
		case !one.inRange && !partOfOther:
			out.purls = append(out.purls, s)
		}
	}
	return out
}

// withVersion puts a version into a package URL without one.
func withVersion(s, version string) string {
	end := len(s)
	if i := strings.IndexAny(s, "?#"); i >= 0 {
		end = i
	}
	return s[:end] + "@" + version + s[end:]
}

func versioned(urls []string) []string {
	var out []string
	for _, s := range urls {
		if url, ok := purl.Parse(s); ok && url.Version != "" {
			out = append(out, s)
		}
	}
	return out
}
