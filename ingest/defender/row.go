package defender

import (
	"bytes"
	"encoding/json"
	"strings"
	"time"

	"argosy/ingest/format"
	"argosy/ingest/jsonread"
	"argosy/schema"
)

const (
	subAssessment = "microsoft.security/assessments/subassessments"
	assessment    = "microsoft.security/assessments"
)

// open is an image whose rows have begun to come in.
type open struct {
	ref  format.Ref
	scan schema.Scan
}

// decoder is the state of one document. Rows of many images interleave, so
// the images stay open until the end.
type decoder struct {
	to      format.Sink
	r       *jsonread.Reader
	images  map[string]*open
	order   []*open
	rows    int
	partial string
	known   map[string]bool
}

func newDecoder(to format.Sink) *decoder {
	return &decoder{to: to, images: map[string]*open{}, known: map[string]bool{}}
}

func (d *decoder) finish() error {
	for _, o := range d.order {
		if d.partial != "" {
			o.scan.Partial, o.scan.Incomplete = true, d.partial
		}
		if err := d.to.End(o.ref, &o.scan); err != nil {
			return err
		}
	}
	return nil
}

// image returns the open scan of an image, beginning it on first sight.
func (d *decoder) image(i schema.Image, at time.Time) *open {
	key := strings.ToLower(i.RegistryResourceID + "|" + i.Registry + "|" + i.Repository + "|" + i.Digest + "|" + i.Name)
	o := d.images[key]
	if o == nil {
		o = &open{ref: d.to.Begin(), scan: schema.Scan{Scanner: scanner, Image: i}}
		d.images[key] = o
		d.order = append(d.order, o)
	}
	if at.After(o.scan.At) {
		o.scan.At = at
	}
	return o
}

// row sorts one row by what it is.
func (d *decoder) row(row map[string]json.RawMessage) error {
	d.rows++
	if isEndpoint(row) {
		return d.endpoint(row)
	}
	if _, ok := row["properties"]; !ok {
		var err error
		if row, err = fromLogs(row); err != nil {
			return skipf(d, "%v", err)
		}
	}
	id := text(row, "id")
	if id == "" {
		return skipf(d, "the row has no id")
	}
	r := resource(row, id)
	var p properties
	_ = inner(row["properties"], &p) // odd properties leave the fields empty; the row is kept whole
	r.Properties = opened(r.Properties, p.AdditionalData)
	if r.Type == "" {
		if r.Type = p.typeOf(id); r.Type == "" {
			return skipf(d, "the row has no type")
		}
		r.Table = "securityresources"
	}
	r.At = jsonread.ParseTime(first(p.TimeGenerated, text(row, "timeGenerated"), p.Status.StatusChangeDate, p.Status.FirstEvaluationDate))
	if action(row) == "delete" {
		r.Gone = true
	}
	if isEvent(row) {
		d.partial = "the export is a stream of changes"
	}
	switch {
	case r.Type == subAssessment:
		return d.subAssessment(r, &p)
	case r.Type == assessment && p.isSoftwareUpdate():
		return d.individual(r, &p)
	}
	return d.to.Resource(r)
}

// typeOf is the type of a row that leaves it out: its id or its properties tell
// assessments from sub-assessments. It is "" for other rows.
func (p *properties) typeOf(id string) string {
	id = strings.ToLower(id)
	switch {
	case strings.Contains(id, "/subassessments/"), p.Status.Code != "" && len(p.AdditionalData) > 0 && p.DisplayName != "":
		return subAssessment
	case strings.Contains(id, "/providers/microsoft.security/assessments/"):
		return assessment
	}
	return ""
}

// resource copies the columns that every row has.
func resource(row map[string]json.RawMessage, id string) *schema.ResourceRow {
	r := &schema.ResourceRow{ID: id, Name: text(row, "name"), Type: strings.ToLower(text(row, "type")),
		TenantID: text(row, "tenantId"), Kind: text(row, "kind"), Location: text(row, "location"),
		ResourceGroup: text(row, "resourceGroup"), SubscriptionID: text(row, "subscriptionId"), ManagedBy: text(row, "managedBy"),
		SKU: row["sku"], Plan: row["plan"], Properties: row["properties"], Tags: row["tags"], Identity: row["identity"],
		Zones: row["zones"], ExtendedLocation: row["extendedLocation"], Table: "securityresources"}
	r.Properties, _ = unwrapped(r.Properties)
	if r.Name == "" {
		r.Name = id[strings.LastIndexByte(id, '/')+1:]
	}
	if !strings.HasPrefix(r.Type, "microsoft.security/") {
		r.Table = "resources"
	}
	if r.SubscriptionID == "" {
		r.SubscriptionID = segment(id, "subscriptions")
	}
	if r.ResourceGroup == "" {
		r.ResourceGroup = segment(id, "resourceGroups")
	}
	return r
}

// opened are properties with additionalData as the object that they hold as a
// text: a query asks for what is in it.
func opened(all, additional json.RawMessage) json.RawMessage {
	object, ok := unwrapped(additional)
	if !ok || !bytes.HasPrefix(bytes.TrimSpace(object), []byte("{")) {
		return all
	}
	var members map[string]json.RawMessage
	if json.Unmarshal(all, &members) != nil {
		return all
	}
	for name := range members {
		if strings.EqualFold(name, "additionalData") {
			members[name] = object
		}
	}
	if out, err := json.Marshal(members); err == nil {
		return out
	}
	return all
}

// segment returns what stands behind a word in a resource id.
func segment(id, word string) string {
	parts := strings.Split(id, "/")
	for i := 0; i+1 < len(parts); i++ {
		if strings.EqualFold(parts[i], word) {
			return parts[i+1]
		}
	}
	return ""
}

// action is what an Event Hub message says of its row: insert or delete.
func action(row map[string]json.RawMessage) string {
	for _, k := range []string{"subAssessmentEventDataEnrichment", "assessmentEventDataEnrichment"} {
		var e struct{ Action string }
		if inner(row[k], &e) && e.Action != "" {
			return strings.ToLower(e.Action)
		}
	}
	return ""
}

func isEvent(row map[string]json.RawMessage) bool {
	_, a := row["subAssessmentEventDataEnrichment"]
	_, b := row["assessmentEventDataEnrichment"]
	_, c := row["securityEventDataEnrichment"]
	return a || b || c
}

func first(list ...string) string {
	for _, s := range list {
		if s != "" {
			return s
		}
	}
	return ""
}
