package queries

import (
	"encoding/json"
	"time"

	"argosy/queries/kql"
	"argosy/schema"
)

// kqlConvert is a stop-gap until kql.Value is there.
func kqlConvert(v any, t kql.Type) (any, error) {
	switch x := v.(type) {
	case int64:
		switch schema.Type(t) {
		case schema.TypeDatetime:
			const unix = 621355968000000000
			n := x - unix
			return time.Unix(n/1e7, (n%1e7)*100).UTC(), nil
		case schema.TypeTimespan:
			return schema.Timespan(x), nil
		}
	case string:
		if t == kql.Dynamic {
			return json.RawMessage(x), nil
		}
	case int32:
		return int64(x), nil
	case time.Time:
		return x.UTC(), nil
	}
	return v, nil
}
