package sarif

import (
	"slices"
	"strings"

	"argosy/ingest/jsonread"
	"argosy/ingest/purl"
	"argosy/schema"
)

// deliver hands a result on as a finding, or says why it is none.
func (d *decoder) deliver(u *run, s *result, at string) error {
	rule := u.rules.find(s.ruleID, s.index)
	ruleID := first(s.ruleID, rule.id)
	text := s.message(rule)
	p := &details{}
	p.properties(&s.props)
	p.labels(text)
	p.sentences(text, u.tool)
	rule.settle(u.tool)
	said := rule.said
	id := d.identify(u, rule, ruleID, p, said)
	why := ""
	switch {
	case otherKind(rule.name) || id == "":
		why = "the result is not about a vulnerable package"
		if ruleID != "" {
			why += " (" + strings.TrimSpace(ruleID+" "+rule.name) + ")"
		}
		u.others++
	case s.kind == "pass" || s.kind == "notApplicable":
		why = "the result is of kind " + s.kind + ": the vulnerability was looked for and not found"
		u.others++
	case s.baseline == "absent":
		why = "the result is gone since the run it is compared with (baselineState absent)"
		u.others++
	}
	if why != "" {
		return d.to.Skip(at, why)
	}
	u.vulnerabilities++
	if !u.begun {
		u.ref, u.begun = d.to.Begin(), true
	}
	all := d.packages(u, rule, s, p, said)
	for i := range all {
		if err := d.finding(u, rule, s, &all[i], id, ruleID, text); err != nil {
			return err
		}
	}
	return d.catalogue(u, rule, id)
}

// identify finds the id of the vulnerability.
func (d *decoder) identify(u *run, rule *rule, ruleID string, p, said *details) string {
	if ruleID == rule.id && rule.vulnerability != "" {
		return rule.vulnerability
	}
	for _, id := range [...]string{findID(ruleID), p.id, said.id} {
		if id != "" {
			return id
		}
	}
	for _, id := range rule.alias {
		if id = findID(id); id != "" {
			return id
		}
	}
	switch {
	case rule.name == "OsPackageVulnerability" || rule.name == "LanguageSpecificPackageVulnerability":
		return ruleID
	case u.tool.is("dependency-check", "dependency check", "snyk container", "snyk open source"):
		return ruleID
	case !p.empty() && (p.version != "" || p.purl != "") && u.tool.findsPackages():
		return ruleID
	}
	return ""
}

// packages returns the packages of a result: the one it names, else those that
// its rule names.
func (d *decoder) packages(u *run, rule *rule, s *result, p, said *details) []details {
	for _, full := range s.logical {
		if _, layer, path, ok := grypeLocation(full); ok {
			p.layer, p.path = first(p.layer, layer), first(p.path, path)
		} else if name, version, ok := nameAtVersion(full); ok && u.tool.is("snyk") && p.version == "" {
			p.name, p.version, p.typ = name, version, first(p.typ, said.typ)
			p.splitSource()
		}
	}
	if urls := rule.purls; p.empty() && len(urls) > 1 {
		// The rule is about several packages and the result does not choose.
		var out []details
		for _, url := range urls {
			one := details{}
			one.setPURL(url)
			one.fill(said)
			one.purl, one.fixed = url, said.fixed
			out = append(out, one)
		}
		return out
	}
	p.fill(said)
	if p.empty() && u.tool.is("dependency-check", "dependency check") && len(s.paths) > 0 {
		// The package is the file.
		p.name = s.paths[0][strings.LastIndexByte(s.paths[0], '/')+1:]
	}
	return []details{*p}
}

func nameAtVersion(full string) (name, version string, ok bool) {
	i := strings.LastIndexByte(full, '@')
	if i <= 0 || i+1 == len(full) {
		return "", "", false
	}
	return full[:i], full[i+1:], true
}

// finding delivers one row.
func (d *decoder) finding(u *run, rule *rule, s *result, p *details, id, ruleID, text string) error {
	f := &d.f
	*f = schema.Finding{
		VulnerabilityID:  id,
		Aliases:          aliases(id, rule, text),
		PackageType:      purl.Type(p.purl, p.typ),
		PackageName:      p.name,
		InstalledVersion: p.version,
		PURL:             p.purl,
		Layer:            p.layer,
		Paths:            s.paths,
	}
	f.FixedVersion, f.FixStatus = fixed(p.fixed)
	if p.path != "" && (len(s.logical) > 0 || u.tool.is("grype", "anchore")) {
		// The location is made up for code hosts; the path is the real one.
		f.Paths = []string{p.path}
	}
	osPackage := rule.name == "OsPackageVulnerability"
	u.target.result(s, p, u.tool, osPackage)
	if image, _, ok := strings.Cut(strings.TrimPrefix(ruleID, "ANCHOREVULN_"), "_"+id+"_"); ok && image != ruleID {
		u.target.seen = first(u.target.seen, image)
	}
	if u.tool.is("snyk container") && inDistribution(p.typ) || u.tool.is("trivy") && osPackage || u.tool.is("clair", "scout") && len(s.paths) > 0 && s.paths[0] == "Dockerfile" {
		// The location is the image itself, or nothing at all.
		f.Paths = nil
	}
	f.CVSS = score(rule, s, p, u.tool)
	level := first(s.level, rule.level)
	if u.tool.is("clair") {
		level = "" // its template has "error" for all of them
	}
	f.SeverityRaw, f.Severity = severity(p, level, f.CVSS)
	if who, _, ok := strings.Cut(p.namespace, ":"); ok && p.namespace != "unknown" {
		f.SeveritySource = map[string]string{"github": "ghsa", "rhel": "redhat"}[who]
		if f.SeveritySource == "" {
			f.SeveritySource = who
		}
	}
	if s.suppressed && !u.tool.is("anchore container vulnerability report") {
		// The first version of Grype's writer marked every result so.
		f.Status, f.StatusCause, f.StatusReason = schema.NotApplicable, "Exempt", s.reason
	}
	b := &d.extra
	b.Reset()
	if ruleID != id {
		b.Text("ruleId", ruleID)
	}
	b.Text("upstream", p.source)
	b.Text("affectedRange", p.affected)
	if !u.tool.is("trivy", "grype") {
		b.Text("message", text)
	}
	b.Text("level", s.level)
	b.Text("kind", s.kind)
	b.Text("baselineState", s.baseline)
	if p.namespace != "unknown" {
		b.Text("data", p.namespace)
	}
	b.Texts("cwes", s.cwes)
	b.Raw("properties", s.props.raw)
	b.Raw("suppressions", s.suppressions)
	b.Raw("fingerprints", s.fingerprints)
	if u.tool.is("grype") && len(s.logical) == 0 || !u.tool.is("grype", "snyk") {
		b.Texts("logicalLocations", s.logical)
	}
	f.Extra = b.JSON()
	path := p.path
	if len(s.paths) > 0 {
		path = first(path, s.paths[0])
	}
	waits, err := d.typed(u, f, osPackage, rule.name == "LanguageSpecificPackageVulnerability", path)
	switch {
	case err != nil:
		return err
	case waits:
		return d.hold(u, f)
	}
	return d.to.Finding(u.ref, f)
}

// fixed tells a version from words that say there is none.
func fixed(s string) (string, schema.FixStatus) {
	switch strings.ToLower(s) {
	case "not fixed", "none", "n/a", "not available", "no fix", "unfixed", "-", "null", "[]":
		return "", schema.FixNone
	}
	return strings.Trim(s, "[]"), ""
}

// aliases returns the CVEs that an id of another family is another name of or
// covers, as its rule names them; which of the two is for schema/alias to tell.
func aliases(id string, rule *rule, text string) []string {
	if isCVE(id) {
		return nil
	}
	candidates := rule.alias
	if len(candidates) == 0 && osvSentence.MatchString(text) {
		candidates = findIDs(text)
	}
	if len(candidates) == 0 {
		candidates = findIDs(rule.id) // "BDSA-2020-1001 (CVE-2020-11022)"
	}
	var out []string
	for _, c := range candidates {
		if isCVE(c) && !slices.Contains(out, c) {
			out = append(out, c)
		}
	}
	return out
}

// score is the base score. Trivy and code hosts put a number where there is no
// score (GitHub's bands: 2.0, 5.5, 8.0, 9.5), which is none.
func score(rule *rule, s *result, p *details, t tool) float64 {
	for _, f := range [...]float64{s.props.number(cvss3Names[:]...), rule.cvss3} {
		if f > 0 {
			return f
		}
	}
	for _, f := range [...]float64{s.props.number("security-severity"), rule.gh} {
		if f == 0 {
			continue
		}
		made := map[string]float64{"critical": 9.5, "high": 8, "medium": 5.5, "low": 2}[strings.ToLower(p.severity)]
		if t.is("trivy") && f == made {
			break
		}
		return f
	}
	return rule.cvss2
}

// cvss3Names are the names that writers give to the score of CVSS 3 or 4.
var cvss3Names = [...]string{"cvssv3_basescore", "cvssv3_score", "cvssv3", "cvssv31_basescore", "cvssv40_basescore", "cvssv4_basescore",
	"cvss_score", "cvssscore", "cvss"}

// severity takes the word of the result or rule, then the score, then the
// level, which has three steps only.
func severity(p *details, level string, score float64) (string, schema.Severity) {
	if _, ok := schema.ParseSeverity(p.severity); ok {
		return p.severity, schema.SeverityOf(p.severity, score)
	}
	if score > 0 {
		return p.severity, schema.SeverityOfScore(score)
	}
	if p.severity != "" {
		return p.severity, schema.Unknown
	}
	switch level {
	case "error":
		return level, schema.High
	case "warning":
		return level, schema.Medium
	case "note":
		return level, schema.Low
	}
	return level, schema.Unknown
}

// catalogue delivers the text of a vulnerability from its rule.
func (d *decoder) catalogue(u *run, rule *rule, id string) error {
	scanner := u.tool.scanner()
	if rule.told || rule.id == "" {
		return nil
	}
	said := rule.said
	defer rule.forget()
	if d.to.Known(scanner, id) {
		return nil
	}
	v := &schema.Vulnerability{ID: id, Aliases: aliases(id, rule, ""), Title: rule.short, Description: rule.full}
	derived := u.tool.is("trivy")
	switch {
	case u.tool.is("grype", "anchore"):
		// The title names one of the packages, and so does the text that stands
		// in where there is no description.
		v.Title, derived = "", true
		if strings.HasPrefix(v.Description, "Version ") && strings.Contains(v.Description, " is affected with ") {
			v.Description = ""
		}
	case u.tool.is("clair", "xray"):
		v.Title = ""
	case u.tool.is("snyk"):
		v.Description = first(rule.markdown, rule.help)
		if _, title, ok := strings.Cut(rule.short, " severity - "); ok {
			v.Title = title
		}
		derived = true
	}
	if v.Description == "" && !u.tool.is("grype", "anchore") {
		v.Description, derived = first(rule.help, rule.markdown), true
	}
	if v.Title == id {
		v.Title = ""
	}
	for _, tag := range rule.props.lists["tags"] {
		rule.addCWE(tag)
	}
	for _, c := range [...]string{"cwe", "cwes"} {
		for _, word := range append(rule.props.lists[c], rule.props.words[c]) {
			rule.addCWE(word)
		}
	}
	v.CWEs = rule.cwes
	v.CVSS = scores(rule, said, u.tool)
	link := said.link
	if _, url, ok := strings.Cut(link, "]("); ok {
		link = strings.TrimSuffix(url, ")")
	}
	for _, ref := range []string{link, rule.helpURI} {
		if strings.Contains(ref, "://") && (len(v.References) == 0 || v.References[0] != ref) && ref != "https://github.com/anchore/grype" {
			v.References = append(v.References, ref)
		}
	}
	var b jsonread.Builder
	b.Text("rule", rule.name)
	if !derived {
		b.Text("help", first(rule.markdown, rule.help))
	}
	b.Raw("properties", rule.props.raw)
	v.Extra = b.JSON()
	return d.to.Vulnerability(scanner, v)
}

// scores are those of the rule's properties, by version.
func scores(rule *rule, said *details, t tool) []schema.CVSS {
	var out []schema.CVSS
	add := func(version string, score float64, vector string) {
		if v, _, ok := strings.Cut(strings.TrimPrefix(vector, "CVSS:"), "/"); ok && strings.HasPrefix(vector, "CVSS:") {
			version = v
		}
		if score > 0 || vector != "" {
			out = append(out, schema.CVSS{Version: version, Score: score, Vector: vector})
		}
	}
	b := &rule.props
	add("4.0", b.number("cvssv40_basescore", "cvssv40_score", "cvssv4_basescore", "cvssv4_score"), b.word("cvssv40_vector", "cvssv4_vector"))
	add("3.1", b.number("cvssv3_basescore", "cvssv3_score", "cvssv3"), b.word("cvssv3_vector", "cvssv3vector"))
	add("2.0", b.number("cvssv2_score", "cvssv2_basescore"), b.word("cvssv2_vector"))
	if len(out) == 0 {
		if f := score(rule, &result{}, said, t); f > 0 {
			add("", f, "")
		}
	}
	return out
}
