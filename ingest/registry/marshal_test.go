package registry

import (
	"bytes"
	"encoding/json"

	v1 "github.com/google/go-containerregistry/pkg/v1"
)

func marshal(m *v1.Manifest, err error) ([]byte, error) {
	if err != nil {
		return nil, err
	}
	return json.Marshal(m)
}

func digestOf(raw []byte, err error) (v1.Hash, error) {
	if err != nil {
		return v1.Hash{}, err
	}
	h, _, err := v1.SHA256(bytes.NewReader(raw))
	return h, err
}
