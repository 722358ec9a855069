package cmd

import "sync"

// heldNotes keeps what there is to say until the screens have ended: it would
// be written across them.
type heldNotes struct {
	say func(string)

	mu   sync.Mutex
	held bool
	list []string
}

func (h *heldNotes) tell(text string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if !h.held {
		h.say(text)
		return
	}
	h.list = append(h.list, text)
}

// begin says what begins now and is of no use later; nothing while notes are held.
func (h *heldNotes) begin(say func(string)) func(string) {
	if say == nil {
		return nil
	}
	return func(text string) {
		h.mu.Lock()
		defer h.mu.Unlock()
		if !h.held {
			say(text)
		}
	}
}

// hold begins to keep what is told.
func (h *heldNotes) hold() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.held = true
}

// release says what was kept.
func (h *heldNotes) release() {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, text := range h.list {
		h.say(text)
	}
	h.held, h.list = false, nil
}
