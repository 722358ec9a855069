package deliver

import "strings"

func (w *Webhook) check() []Mistake { return nil }
func (w *Webhook) deliver(*job) (Receipt, error) {
	return Receipt{}, permanent("webhooks are not there yet")
}
func (w *Webhook) preview(*job) error { return permanent("webhooks are not there yet") }
func (b *Blob) check() []Mistake      { return nil }
func (b *Blob) deliver(*job) (Receipt, error) {
	return Receipt{}, permanent("object storage is not there yet")
}
func (b *Blob) preview(*job) error    { return permanent("object storage is not there yet") }
func (b *Blob) at(name string) string { return strings.TrimSuffix(b.URL, "/") + "/" + b.Prefix + name }
func (c *Command) check() []Mistake   { return nil }
func (c *Command) deliver(*job) (Receipt, error) {
	return Receipt{}, permanent("commands are not there yet")
}
func (c *Command) preview(*job) error { return permanent("commands are not there yet") }
