package deliver

import (
	"fmt"
	"strings"
)

// teamsLimit is what Teams takes: 28 KB for a message. Beyond it the message
// would be dropped.
const teamsLimit = 28_000

// object is a JSON object of a foreign schema.
type object map[string]any

// teams writes an Adaptive Card in the envelope that the workflows of Teams
// expect: type message with one attachment.
func teams(m Message) ([]byte, string, error) {
	return fit(m, teamsLimit, "Teams takes 28 kB", func(m Message, left string) any {
		return object{"type": "message", "attachments": []any{object{
			"contentType": "application/vnd.microsoft.card.adaptive", "contentUrl": nil, "content": card(m, left),
		}}}
	})
}

func card(m Message, left string) object {
	block := func(text string, more object) object {
		o := object{"type": "TextBlock", "text": text, "wrap": true}
		for k, v := range more {
			o[k] = v
		}
		return o
	}
	body := []any{block(m.heading(), object{"size": "Large", "weight": "Bolder", "style": "heading"})}
	if b := m.banner(); b != "" {
		style := "warning"
		if m.State == Failed || m.State == Missed {
			style = "attention"
		}
		body = append(body, object{"type": "Container", "style": style, "bleed": true, "items": []any{block(b, object{"weight": "Bolder"})}})
	}
	if m.Problem != "" {
		body = append(body, block(m.Problem, nil))
	}
	var columns, facts []any
	for _, f := range m.Lines {
		if f.Tile {
			columns = append(columns, object{"type": "Column", "width": "auto", "items": []any{
				block(f.Value, object{"size": "ExtraLarge", "weight": "Bolder"}), block(f.Name, object{"isSubtle": true, "spacing": "None"}),
			}})
		} else {
			facts = append(facts, object{"title": f.Name, "value": f.Value})
		}
	}
	if len(columns) > 0 {
		body = append(body, object{"type": "ColumnSet", "columns": columns})
	}
	if len(facts) > 0 {
		body = append(body, object{"type": "FactSet", "facts": facts})
	}
	var actions []any
	for _, a := range m.Artifacts {
		for _, at := range m.placesOf(a) {
			if isLink(at) {
				actions = append(actions, object{"type": "Action.OpenUrl", "title": a.Name, "url": at})
			} else {
				body = append(body, block(a.Name+" ("+size(a.Bytes)+"): "+at, nil))
			}
		}
		if len(m.placesOf(a)) == 0 {
			body = append(body, block(a.Name+" ("+size(a.Bytes)+")", nil))
		}
	}
	if left != "" {
		body = append(body, block(left, object{"weight": "Bolder"}))
	}
	body = append(body, block(m.foot(), object{"isSubtle": true, "size": "Small", "separator": true}))
	out := object{
		"$schema": "http://adaptivecards.io/schemas/adaptive-card.json", "type": "AdaptiveCard", "version": "1.4",
		"msteams": object{"width": "Full"}, "body": body,
	}
	if len(actions) > 0 {
		out["actions"] = actions
	}
	return out
}

// What Slack takes: characters of a header and of a section, fields of a
// section, blocks of a message. slackLimit keeps well below the size at which
// it answers msg_too_long.
const (
	slackLimit   = 30_000
	slackHeader  = 150
	slackSection = 3000
	slackField   = 2000
	slackFields  = 10
)

// slack writes blocks, with the text that notifications show.
func slack(m Message) ([]byte, string, error) {
	return fit(m, slackLimit, "Slack takes no longer ones", func(m Message, left string) any {
		section := func(text string) object {
			return object{"type": "section", "text": object{"type": "mrkdwn", "text": cut(text, slackSection)}}
		}
		text := strings.TrimSpace(m.heading() + ". " + m.banner())
		blocks := []any{object{"type": "header", "text": object{"type": "plain_text", "text": cut(m.heading(), slackHeader)}}}
		if b := m.banner(); b != "" {
			blocks = append(blocks, section("*"+b+"*"))
		}
		if m.Problem != "" {
			blocks = append(blocks, section(escapeSlack(m.Problem)))
		}
		for at := 0; at < len(m.Lines); at += slackFields {
			var fields []any
			for _, f := range m.Lines[at:min(at+slackFields, len(m.Lines))] {
				fields = append(fields, object{"type": "mrkdwn", "text": cut("*"+escapeSlack(f.Name)+"*\n"+escapeSlack(f.Value), slackField)})
			}
			blocks = append(blocks, object{"type": "section", "fields": fields})
		}
		var files []string
		for _, a := range m.Artifacts {
			line := escapeSlack(a.Name) + " (" + size(a.Bytes) + ")"
			for _, at := range m.placesOf(a) {
				if isLink(at) {
					line += "  <" + escapeSlack(at) + ">"
				} else {
					line += "  `" + escapeSlack(at) + "`"
				}
			}
			files = append(files, line)
		}
		if len(files) > 0 {
			blocks = append(blocks, section(strings.Join(files, "\n")))
		}
		if left != "" {
			blocks = append(blocks, section("*"+left+"*"))
		}
		blocks = append(blocks, object{"type": "context", "elements": []any{object{"type": "mrkdwn", "text": cut(escapeSlack(m.foot()), slackField)}}})
		return object{"text": escapeSlack(text), "blocks": blocks}
	})
}

// escapeSlack keeps text from becoming mentions and links.
func escapeSlack(s string) string {
	return strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;").Replace(s)
}

// cut shortens a text to n characters and shows that it did.
func cut(s string, n int) string {
	if r := []rune(s); len(r) > n {
		return string(r[:n-3]) + "..."
	}
	return s
}

// foot says where a message comes from.
func (m Message) foot() string {
	return fmt.Sprintf("Schedule %s, report %s, due %s, run %s.", m.Schedule, m.Report, m.dueText(), m.RunID)
}

// fit leaves out lines, and then the end of the problem, until a message is
// small enough; the message and the note of the receipt say so.
func fit(m Message, limit int, why string, compose func(m Message, left string) any) ([]byte, string, error) {
	const most = 40 // lines; blocks of Slack are bounded, and nobody reads more in a chat
	all, files, problem := m.Lines, m.Artifacts, m.Problem
	for lines, named, length := min(len(all), most), min(len(files), most), len([]rune(problem)); ; {
		var left []string
		if n := len(all) - lines; n > 0 {
			left = append(left, fmt.Sprintf("%d of %d lines", n, len(all)))
		}
		if n := len(files) - named; n > 0 {
			left = append(left, fmt.Sprintf("%d of %d files", n, len(files)))
		}
		m.Lines, m.Artifacts, m.Problem = all[:lines], files[:named], problem
		if r := []rune(problem); length < len(r) {
			left = append(left, "the end of the problem")
			m.Problem = string(r[:length]) + "..."
		}
		note := ""
		if len(left) > 0 {
			note = "Left out here: " + strings.Join(left, ", ") + "; " + why + "."
		}
		body, err := encode(compose(m, note))
		if err != nil || len(body) <= limit {
			return body, note, err
		}
		switch {
		case lines > 0:
			lines -= max(1, lines/8)
		case named > 0:
			named -= max(1, named/8)
		case length > 0:
			length /= 2
		default:
			return nil, "", permanent("the message has %d bytes without its lines; %s", len(body), why)
		}
	}
}
