// Package alias finds out which vulnerability ids are names of one and the same
// vulnerability, from what reports and advisories say. The answer depends on
// what is said and not on the order in which it is said, and it never makes one
// of two CVEs.
package alias

import (
	"regexp"
	"slices"
	"strings"
)

// List is one source's word on the names of a vulnerability: the id that it
// uses and the others that it gives.
type List struct {
	ID      string
	Aliases []string
}

// Claim says that ID and Same are names of one vulnerability. Where one of them
// is a CVE it is Same.
type Claim struct{ ID, Same string }

// advisory matches the ids of vendors' advisories, which say what an update
// fixes, and often that is several vulnerabilities.
var advisory = regexp.MustCompile(`(?i)^(RHSA|RHBA|RHEA|CESA|DSA|DLA|DTSA|ALAS[A-Z0-9._]*|ELSA|ELBA|USN|LSN|SUSE-[A-Z]+|openSUSE-[A-Z]+|GLSA|FEDORA(-EPEL)?|MGASA|ASA|AVG|PHSA|ALSA|ALBA|ALEA|RLSA|RLBA|RLEA|OESA|openEuler-SA|EulerOS-SA|MDVSA|VMSA|KB)-?\d`)

// IsAdvisory says whether an id is that of a vendor's advisory.
func IsAdvisory(id string) bool { return advisory.MatchString(id) }

func isCVE(id string) bool { return strings.HasPrefix(id, "CVE-") }

// Normal writes an id as argosy keeps it: CVE ids in upper case, GHSA ids with
// their letters in lower case, others as they are.
func Normal(id string) string {
	id = strings.TrimSpace(id)
	switch {
	case len(id) > 8 && strings.EqualFold(id[:4], "CVE-"):
		return strings.ToUpper(id)
	case len(id) > 5 && strings.EqualFold(id[:5], "GHSA-"):
		return "GHSA-" + strings.ToLower(id[5:])
	}
	return id
}

// Claims reads a list. One that names a single CVE says that the others are its
// names; one without a CVE says that all are names of one vulnerability. A list
// with several CVEs says only that its id, if that is none of them, covers them
// all, and so is the name of none. An advisory counts where it is the list's
// id, and not where it merely stands among the aliases.
func (l List) Claims() []Claim {
	id := Normal(l.ID)
	if id == "" {
		return nil
	}
	var cves, others []string
	for i, a := range append([]string{id}, l.Aliases...) {
		switch a = Normal(a); {
		case a == "" || i > 0 && IsAdvisory(a):
		case isCVE(a):
			if !slices.Contains(cves, a) {
				cves = append(cves, a)
			}
		case !slices.Contains(others, a):
			others = append(others, a)
		}
	}
	var out []Claim
	switch {
	case len(cves) == 1:
		for _, o := range others {
			out = append(out, Claim{o, cves[0]})
		}
	case len(cves) > 1 && !isCVE(id):
		for _, c := range cves {
			out = append(out, Claim{id, c})
		}
	case len(cves) == 0 && !IsAdvisory(id):
		for _, o := range others {
			if o != id {
				out = append(out, Claim{min(id, o), max(id, o)})
			}
		}
	}
	return out
}

// Resolve chooses the id under which each vulnerability is kept, from all
// claims there are; an id that is not in the answer is kept under itself. That
// is the CVE that an id is claimed to be, where all claims agree; else the CVE
// of the ids that it is claimed to be the same as, where those agree; else,
// where they have none, the first of these ids in the order of the alphabet,
// GHSA before others.
func Resolve(claims []Claim) map[string]string {
	cve := map[string]string{} // the CVE of an id, empty where claims differ
	for _, c := range claims {
		if !isCVE(c.Same) {
			continue
		}
		if have, ok := cve[c.ID]; ok && have != c.Same {
			cve[c.ID] = ""
		} else {
			cve[c.ID] = c.Same
		}
	}
	contested := func(id string) bool { have, ok := cve[id]; return ok && have == "" }
	kin := kinship{}
	for _, c := range claims {
		if !isCVE(c.Same) && !contested(c.ID) && !contested(c.Same) {
			kin.join(c.ID, c.Same)
		}
	}
	members := map[string][]string{}
	for id := range kin {
		members[kin.find(id)] = append(members[kin.find(id)], id)
	}
	out := map[string]string{}
	for id, c := range cve {
		if c != "" {
			out[id] = c
		}
	}
	for _, ids := range members {
		settle(ids, cve, out)
	}
	return out
}

// settle chooses for ids that are names of one vulnerability.
func settle(ids []string, cve, out map[string]string) {
	slices.SortFunc(ids, prefer)
	keep := ""
	for _, id := range ids {
		c := cve[id]
		if c == "" {
			continue
		}
		if keep != "" && keep != c {
			return // they belong to several CVEs: each stays with what is said of itself
		}
		keep = c
	}
	if keep == "" {
		keep = ids[0]
	}
	for _, id := range ids {
		if id != keep {
			out[id] = keep
		}
	}
}

func prefer(a, b string) int {
	if x, y := strings.HasPrefix(a, "GHSA-"), strings.HasPrefix(b, "GHSA-"); x != y {
		if x {
			return -1
		}
		return 1
	}
	return strings.Compare(a, b)
}

// kinship holds sets of ids, each id pointing towards its set's first.
type kinship map[string]string

func (k kinship) find(id string) string {
	for {
		up, ok := k[id]
		if !ok {
			k[id] = id
			return id
		}
		if up == id {
			return id
		}
		k[id] = k[up] // halves the way for the next
		id = up
	}
}

func (k kinship) join(a, b string) {
	if a, b = k.find(a), k.find(b); a != b {
		k[max(a, b)] = min(a, b)
	}
}
