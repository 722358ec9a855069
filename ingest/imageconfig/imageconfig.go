// Package imageconfig reads the configuration file of an image as scanners copy
// it into their reports (OCI image specification, "Image Configuration").
package imageconfig

import (
	"argosy/ingest/jsonread"
	"argosy/schema"
)

// Read reads the configuration at r and returns what it says of the image:
// platform, time, labels and the digests of the unpacked layers (DiffIDs).
// Everything else is passed over.
func Read(r *jsonread.Reader) (schema.Image, error) {
	var img schema.Image
	err := r.Members(func(key []byte) (err error) {
		switch string(key) {
		case "architecture":
			img.Architecture, err = r.Word()
		case "variant":
			img.Variant, err = r.Word()
		case "os":
			img.OS, err = r.Word()
		case "created":
			var at string
			at, err = r.Word()
			img.Created = jsonread.ParseTime(at)
		case "config":
			err = r.Members(func(key []byte) (err error) {
				if string(key) != "Labels" {
					return r.Skip()
				}
				img.Labels, err = Labels(r)
				return err
			})
		case "rootfs":
			err = r.Members(func(key []byte) (err error) {
				if string(key) != "diff_ids" {
					return r.Skip()
				}
				img.DiffIDs, err = r.Words()
				return err
			})
		default:
			err = r.Skip()
		}
		return err
	})
	return img, err
}

// Labels reads an object of labels, nil if it is empty.
func Labels(r *jsonread.Reader) (map[string]string, error) {
	var out map[string]string
	err := r.Members(func(key []byte) error {
		label := string(key)
		value, err := r.Word()
		if out == nil {
			out = map[string]string{}
		}
		out[label] = value
		return err
	})
	return out, err
}
