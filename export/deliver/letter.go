package deliver

import (
	"bytes"
	"cmp"
	"fmt"
	"io"
	"mime"
	netmail "net/mail"
	"net/textproto"
	"slices"
	"strings"

	"github.com/wneessen/go-mail"
)

// letter is a mail as it goes.
type letter struct {
	id       string // Message-ID without brackets
	header   []Fact // what a reader sees, for the preview
	text     string
	bytes    []byte // the whole mail, encoded
	attached []Artifact
	notes    []string // what the receipt says of it
	ascii    bool     // all addresses of header and envelope are ASCII
}

// compose writes the mail so that it is no larger than limit. Attachments are
// taken in their order as long as they fit.
func (s *SMTP) compose(j *job, from *netmail.Address, limit int64) (*letter, error) {
	attach, left := divide(j.m.Artifacts, limit)
	for {
		l, err := s.write(j, from, attach, left, limit)
		if err != nil {
			return nil, err
		}
		if int64(len(l.bytes)) <= limit || len(attach) == 0 {
			return l, nil
		}
		last := len(attach) - 1
		left = append([]Artifact{attach[last]}, left...)
		attach = attach[:last]
	}
}

// divide keeps what cannot fit from being read: base64 with line breaks makes 78
// bytes of 57.
func divide(artifacts []Artifact, limit int64) (attach, left []Artifact) {
	const in, out = 57, 78
	var sum int64
	for _, a := range artifacts {
		encoded := (a.Bytes + in - 1) / in * out
		if sum+encoded <= limit {
			attach = append(attach, a)
			sum += encoded
		} else {
			left = append(left, a)
		}
	}
	return attach, left
}

func (s *SMTP) write(j *job, from *netmail.Address, attach, left []Artifact, limit int64) (*letter, error) {
	l := &letter{id: messageID(j, from), attached: attach}
	body, err := s.body(j, attach, left, limit)
	if err != nil {
		return nil, err
	}
	for _, o := range body.Omitted {
		l.notes = append(l.notes, fmt.Sprintf("%s (%s) was not attached, the mail names %s", o.Name, o.Size, o.At))
	}
	l.text = body.plain()
	html, err := body.html()
	if err != nil {
		return nil, err
	}
	m := mail.NewMsg(mail.WithNoDefaultUserAgent())
	m.FromMailAddress(from)
	for _, set := range []struct {
		to   func(...string) error
		list []string
	}{{m.To, s.To}, {m.Cc, s.Cc}} {
		if err := set.to(set.list...); err != nil {
			return nil, permanent("%v", err)
		}
	}
	subject := s.subject(j.m)
	date := j.s.opt.Now()
	m.Subject(subject)
	m.SetDateWithValue(date)
	m.SetMessageIDWithValue(l.id)
	m.SetUserAgent(j.s.opt.Agent)
	m.SetGenHeader("Auto-Submitted", "auto-generated") // RFC 3834: no out-of-office answers
	m.SetGenHeader("X-Auto-Response-Suppress", "All")  // the same for Exchange
	m.SetBodyString(mail.TypeTextPlain, l.text)
	m.AddAlternativeString(mail.TypeTextHTML, html)
	var files []*mail.File
	for _, a := range attach {
		files = append(files, a.file(j))
	}
	m.SetAttachments(files)
	var b bytes.Buffer
	if _, err := m.WriteTo(&b); err != nil {
		return nil, wrapf(err, "writing the mail")
	}
	l.bytes = b.Bytes()
	l.header = []Fact{
		{Name: "From", Value: from.String()}, {Name: "To", Value: strings.Join(s.To, ", ")}, {Name: "Cc", Value: strings.Join(s.Cc, ", ")}, {Name: "Bcc", Value: strings.Join(s.Bcc, ", ")},
		{Name: "Subject", Value: subject}, {Name: "Date", Value: date.Format("Mon, 02 Jan 2006 15:04:05 -0700")}, {Name: "Message-ID", Value: "<" + l.id + ">"}, {Name: "Auto-Submitted", Value: "auto-generated"},
	}
	l.header = slices.DeleteFunc(l.header, func(f Fact) bool { return f.Value == "" })
	l.ascii = isASCII(from.Address + strings.Join(s.recipients(), ""))
	return l, nil
}

// file is an artifact as an attachment. Names go as RFC 2231 says, and in an
// encoded word of the media type for programs that know only that.
func (a Artifact) file(j *job) *mail.File {
	media := cmp.Or(a.MediaType, "application/octet-stream")
	if base, params, err := mime.ParseMediaType(media); err == nil {
		params["name"] = mime.QEncoding.Encode("utf-8", a.Name)
		media = cmp.Or(mime.FormatMediaType(base, params), media)
	}
	return &mail.File{
		Name: a.Name,
		Header: textproto.MIMEHeader{
			"Content-Type":              {media},
			"Content-Disposition":       {mime.FormatMediaType("attachment", map[string]string{"filename": a.Name})},
			"Content-Transfer-Encoding": {"base64"},
		},
		Writer: func(w io.Writer) (int64, error) {
			f, err := open(a)
			if err != nil {
				return 0, err
			}
			defer f.Close()
			return a.copy(j, w, f)
		},
	}
}

// messageID is the same for every attempt, so that mail programs show a mail
// once that was sent again after a lost answer.
func messageID(j *job, from *netmail.Address) string {
	_, domain, _ := strings.Cut(from.Address, "@")
	if !isASCII(domain) {
		domain = "argosy.invalid"
	}
	return j.id() + "@" + domain
}

// subject fills in what the configuration wrote, or makes one. A state other
// than complete is always told.
func (s *SMTP) subject(m Message) string {
	text := cmp.Or(s.Subject, "{title}, {date}")
	if m.State != Complete && !strings.Contains(text, "{state}") {
		text = strings.ToUpper(m.State[:1]) + m.State[1:] + ": " + text
	}
	text = strings.NewReplacer("{title}", m.heading(), "{schedule}", m.Schedule, "{report}", m.Report, "{state}", m.State,
		"{date}", m.due().Format("2006-01-02")).Replace(text)
	return strings.Join(strings.Fields(text), " ")
}

func isASCII(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool { return r >= 0x80 })
}
