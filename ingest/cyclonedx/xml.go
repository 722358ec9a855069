package cyclonedx

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"argosy/ingest/format"
	"argosy/ingest/jsonread"
)

// The elements of a document, in any namespace: the extension of the older
// versions has one of its own.
type (
	xmlSource struct {
		Name     string `xml:"name"`
		NameAttr string `xml:"name,attr"`
		URL      string `xml:"url"`
	}
	xmlProperty struct {
		Name  string `xml:"name,attr"`
		Value string `xml:",chardata"`
	}
	xmlComponent struct {
		Ref        string         `xml:"bom-ref,attr"`
		Type       string         `xml:"type,attr"`
		Group      string         `xml:"group"`
		Name       string         `xml:"name"`
		Version    string         `xml:"version"`
		PURL       string         `xml:"purl"`
		Components []xmlComponent `xml:"components>component"`
		Services   []xmlComponent `xml:"services>service"`
		Properties []xmlProperty  `xml:"properties>property"`
		Hashes     []struct {
			Alg   string `xml:"alg,attr"`
			Value string `xml:",chardata"`
		} `xml:"hashes>hash"`
		Occurrences []string `xml:"evidence>occurrences>occurrence>location"`
		// Vulnerabilities is the list of the extension. Grype's first writer gave
		// each vulnerability such an element of its own instead.
		Vulnerabilities []struct {
			xmlVulnerability
			List []xmlVulnerability `xml:"vulnerability"`
		} `xml:"vulnerabilities"`
	}
	xmlTool struct {
		Vendor  string `xml:"vendor"`
		Group   string `xml:"group"`
		Name    string `xml:"name"`
		Version string `xml:"version"`
	}
	xmlMetadata struct {
		Timestamp string        `xml:"timestamp"`
		Tools     []xmlTool     `xml:"tools>tool"`
		Tool      []xmlTool     `xml:"tool"`
		Made      []xmlTool     `xml:"tools>components>component"`
		Component *xmlComponent `xml:"component"`
	}
	xmlRating struct {
		Source xmlSource `xml:"source"`
		Score  struct {
			Text string `xml:",chardata"`
			Base string `xml:"base"`
		} `xml:"score"`
		Severity string `xml:"severity"`
		Method   string `xml:"method"`
		Vector   string `xml:"vector"`
	}
	// xmlRatings are ratings, or itself the only one.
	xmlRatings struct {
		xmlRating
		List []xmlRating `xml:"rating"`
	}
	xmlVulnerability struct {
		Ref             string     `xml:"ref,attr"`
		ID              string     `xml:"id"`
		Source          xmlSource  `xml:"source"`
		References      []string   `xml:"references>reference>id"`
		Ratings         xmlRatings `xml:"ratings"`
		CWEs            []string   `xml:"cwes>cwe"`
		Description     string     `xml:"description"`
		Detail          string     `xml:"detail"`
		Recommendation  string     `xml:"recommendation"`
		Recommendations []string   `xml:"recommendations>recommendation"`
		Workaround      string     `xml:"workaround"`
		Advisories      []struct {
			Text string `xml:",chardata"`
			URL  string `xml:"url"`
		} `xml:"advisories>advisory"`
		Created   string `xml:"created"`
		Published string `xml:"published"`
		Updated   string `xml:"updated"`
		Rejected  string `xml:"rejected"`
		Analysis  struct {
			State         string   `xml:"state"`
			Justification string   `xml:"justification"`
			Responses     []string `xml:"responses>response"`
			Detail        string   `xml:"detail"`
			First         string   `xml:"firstIssued"`
			Last          string   `xml:"lastUpdated"`
		} `xml:"analysis"`
		Affects []struct {
			Ref      string `xml:"ref"`
			Versions []struct {
				Version string `xml:"version"`
				Range   string `xml:"range"`
				Status  string `xml:"status"`
			} `xml:"versions>version"`
		} `xml:"affects>target"`
		Properties []xmlProperty `xml:"properties>property"`
	}
)

// readXML reads the documents of a file, one after another. Components and
// vulnerabilities are read one by one; those of the older versions stand in
// components, before what they may refer to, and wait.
func (d *decoder) readXML(in io.Reader) error {
	dec := xml.NewDecoder(in)
	dec.CharsetReader = charset
	var x *xmlDocument
	for n := 1; ; {
		tok, err := dec.Token()
		if errors.Is(err, io.EOF) && x != nil && len(x.path) == 0 {
			return x.end()
		}
		if err != nil {
			return explain(dec, err)
		}
		switch el := tok.(type) {
		case xml.EndElement:
			x.path = x.path[:len(x.path)-1]
		case xml.StartElement:
			if x != nil && len(x.path) == 0 {
				if err := x.end(); err != nil {
					return err
				}
				x, n = nil, n+1
			}
			if x == nil {
				x = &xmlDocument{dec: dec, bom: &bom{d: d}}
				if n > 1 {
					x.bom.where = fmt.Sprintf("document %d, ", n)
				}
			}
			if err := x.element(el); err != nil {
				return err
			}
		}
	}
}

// xmlDocument is a document as far as it was read.
type xmlDocument struct {
	dec *xml.Decoder
	bom *bom
	// path leads to the element that is open.
	path []string
	// late are vulnerabilities that wait for the components that they name.
	late []xmlVulnerability
	// listed says that the list of components was seen, n counts what was delivered.
	listed bool
	n      int
}

// element takes the beginning of an element, and all of it unless what stands
// in it is read one by one.
func (x *xmlDocument) element(el xml.StartElement) error {
	b := x.bom
	read := func(v any) error { return explain(x.dec, x.dec.DecodeElement(v, &el)) }
	switch at := strings.Join(append(x.path, el.Name.Local), "/"); {
	case at == "bom":
		if err := b.readRoot(el); err != nil {
			return err
		}
	case at == "bom/metadata":
		var m xmlMetadata
		if err := read(&m); err != nil {
			return err
		}
		b.setMetadata(&m)
		return nil
	case at == "bom/components/component", at == "bom/services/service":
		var c xmlComponent
		if err := read(&c); err != nil {
			return err
		}
		x.late = append(x.late, b.addXML(&c, nil)...)
		return nil
	case at == "bom/vulnerabilities/vulnerability":
		var v xmlVulnerability
		if err := read(&v); err != nil {
			return err
		}
		if x.listed {
			return x.deliver(&v)
		}
		x.late = append(x.late, v)
		return nil
	case at == "bom/vulnerabilities":
		b.hasList = true
	case at == "bom/components":
		x.listed = true
	case len(x.path) == 0:
		return fmt.Errorf("the element %q stands behind the document", el.Name.Local)
	case at != "bom/services":
		return explain(x.dec, x.dec.Skip())
	}
	x.path = append(x.path, el.Name.Local)
	return nil
}

func (x *xmlDocument) deliver(v *xmlVulnerability) error {
	at := fmt.Sprintf("%svulnerabilities[%d]", x.bom.where, x.n)
	x.n++
	return x.bom.deliver(v.plain(), at)
}

// end delivers what waited and closes the document.
func (x *xmlDocument) end() error {
	for i := range x.late {
		if err := x.deliver(&x.late[i]); err != nil {
			return err
		}
	}
	return x.bom.end()
}

func (b *bom) readRoot(el xml.StartElement) error {
	version, ok := strings.CutPrefix(el.Name.Space, namespace)
	if !ok {
		return fmt.Errorf("the root element's namespace is %q; CycloneDX has %s1.x", el.Name.Space, namespace)
	}
	if m := judge(version, 0); m.Verdict == format.Unsupported {
		return &format.Error{Kind: format.KindUnsupported, Msg: m.Reason}
	}
	b.doc.specVersion = version
	for _, a := range el.Attr {
		switch a.Name.Local {
		case "serialNumber":
			b.doc.serial = a.Value
		case "version":
			b.doc.version = a.Value
		}
	}
	return nil
}

func (b *bom) setMetadata(m *xmlMetadata) {
	b.doc.scan.At = jsonread.ParseTime(strings.TrimSpace(m.Timestamp))
	for _, t := range slices.Concat(m.Tools, m.Tool, m.Made) {
		b.doc.tools = append(b.doc.tools, tool{t.Vendor + t.Group, t.Name, t.Version})
	}
	if m.Component != nil {
		b.doc.about = &component{}
		b.addXML(m.Component, b.doc.about)
	}
}

// addXML takes a component and those nested in it into the document and
// returns the vulnerabilities that stand in them.
func (b *bom) addXML(x *xmlComponent, into *component) []xmlVulnerability {
	c := into
	if c == nil {
		c = &component{}
	}
	text := strings.TrimSpace
	*c = component{ref: x.Ref, typ: x.Type, group: text(x.Group), name: text(x.Name), version: text(x.Version), purl: text(x.PURL), paths: x.Occurrences}
	for _, p := range x.Properties {
		c.setProperty(p.Name, text(p.Value), into != nil)
	}
	for _, h := range x.Hashes {
		if h.Alg == "SHA-256" {
			c.sha256 = text(h.Value)
		}
	}
	if c.ref == "" {
		c.ref = c.purl
	}
	var out []xmlVulnerability
	for _, list := range x.Vulnerabilities {
		b.hasList = true
		if strings.TrimSpace(list.ID) != "" {
			list.Ref = "" // its own, not the component's
			list.List = append(list.List, list.xmlVulnerability)
		}
		for _, v := range list.List {
			if b.nested++; c.ref == "" {
				c.ref = fmt.Sprintf("component %d", b.nested)
			}
			if v.Ref == "" {
				v.Ref = c.ref
			}
			out = append(out, v)
		}
	}
	if into == nil {
		b.doc.add(c)
	}
	for _, list := range [][]xmlComponent{x.Components, x.Services} {
		for i := range list {
			out = append(out, b.addXML(&list[i], nil)...)
		}
	}
	return out
}

// plain turns an element into the vulnerability that it is.
func (x *xmlVulnerability) plain() *vulnerability {
	text := strings.TrimSpace
	v := &vulnerability{
		id: text(x.ID), sourceName: first(text(x.Source.Name), x.Source.NameAttr), source: text(x.Source.URL), references: x.References,
		cwes: x.CWEs, description: text(x.Description), recommendation: first(text(x.Recommendation), strings.Join(x.Recommendations, "; ")),
		published: text(x.Published), updated: text(x.Updated),
	}
	ratings := x.Ratings.List
	if one := x.Ratings.xmlRating; len(ratings) == 0 && text(one.Severity+one.Vector+one.Score.Base) != "" {
		ratings = []xmlRating{one}
	}
	for _, g := range ratings {
		one := rating{source: first(text(g.Source.Name), g.Source.NameAttr), url: text(g.Source.URL), severity: text(g.Severity), method: text(g.Method), vector: text(g.Vector)}
		one.score = number(first(text(g.Score.Base), text(g.Score.Text)))
		v.ratings = append(v.ratings, one)
	}
	for _, a := range x.Advisories {
		v.advisories = append(v.advisories, first(text(a.URL), text(a.Text)))
	}
	a := &x.Analysis
	v.analysis = analysis{text(a.State), text(a.Justification), text(a.Detail), a.Responses, text(a.First), text(a.Last)}
	if x.Ref != "" {
		v.affects = append(v.affects, affect{ref: x.Ref})
	}
	for _, t := range x.Affects {
		one := affect{ref: text(t.Ref)}
		if one.ref == "" {
			v.nameless++
			continue
		}
		for _, w := range t.Versions {
			one.versions = append(one.versions, version{text(w.Version), text(w.Range), text(w.Status)})
		}
		v.affects = append(v.affects, one)
	}
	v.extra.Text("detail", text(x.Detail))
	v.extra.Text("workaround", text(x.Workaround))
	v.extra.Text("created", text(x.Created))
	v.extra.Text("rejected", text(x.Rejected))
	var properties []string
	for _, p := range x.Properties {
		v.setProperty(p.Name, text(p.Value))
		properties = append(properties, p.Name+"="+text(p.Value))
	}
	v.extra.Texts("properties", properties)
	return v
}

// explain says in plain words that a document ends early.
func explain(dec *xml.Decoder, err error) error {
	var syntax *xml.SyntaxError
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || errors.As(err, &syntax) && syntax.Msg == "unexpected EOF" {
		return fmt.Errorf("the XML ends too early, after byte %d: the file is cut off: %w", dec.InputOffset(), io.ErrUnexpectedEOF)
	}
	return err
}

// charset passes over the names of encodings that the text has been converted
// from already, and reads Latin 1.
func charset(label string, in io.Reader) (io.Reader, error) {
	switch strings.ToLower(label) {
	case "utf-8", "utf8", "utf-16", "utf-16le", "utf-16be", "us-ascii", "ascii":
		return in, nil
	case "iso-8859-1", "latin1", "windows-1252":
		return &latin1{in: in}, nil
	}
	return nil, fmt.Errorf("the XML is encoded in %q, which is not supported; convert it to UTF-8", label)
}

// latin1 turns ISO 8859-1 into UTF-8.
type latin1 struct {
	in   io.Reader
	rest []byte
}

func (l *latin1) Read(p []byte) (int, error) {
	if len(l.rest) == 0 {
		buf := make([]byte, 2048)
		n, err := l.in.Read(buf)
		for _, c := range buf[:n] {
			l.rest = append(l.rest, string(rune(c))...)
		}
		if n == 0 {
			return 0, err
		}
	}
	n := copy(p, l.rest)
	l.rest = l.rest[n:]
	return n, nil
}
