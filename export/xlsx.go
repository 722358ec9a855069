package export

import (
	"context"
	"errors"
	"io"
)

func writeXLSX(ctx context.Context, plan *Plan, w io.Writer) (Stats, error) {
	return Stats{}, errors.New("xlsx: not yet")
}
