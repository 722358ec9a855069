package kql

// Type is a KQL scalar type, spelled as in KQL.
type Type string

// The scalar types of KQL.
const (
	Bool     Type = "bool"
	Int      Type = "int"
	Long     Type = "long"
	Real     Type = "real"
	Decimal  Type = "decimal"
	String   Type = "string"
	Datetime Type = "datetime"
	Timespan Type = "timespan"
	Guid     Type = "guid"
	Dynamic  Type = "dynamic"
)

// decimalSQL keeps 18 digits on either side of the point: enough for money and
// for the sums of it, and still a fixed-width type of DuckDB.
const decimalSQL = "DECIMAL(38,18)"

// typeNames maps every spelling KQL allows to the type.
func typeNames() map[string]Type {
	return map[string]Type{
		"bool": Bool, "boolean": Bool,
		"int": Int, "int32": Int,
		"long": Long, "int64": Long,
		"real": Real, "double": Real, "float": Real,
		"decimal":  Decimal,
		"string":   String,
		"datetime": Datetime, "date": Datetime,
		"timespan": Timespan, "time": Timespan,
		"guid": Guid, "uuid": Guid, "uniqueid": Guid,
		"dynamic": Dynamic,
	}
}

// sql is the DuckDB type that holds values of t between the steps of a query.
func (t Type) sql() string {
	switch t {
	case Bool:
		return "BOOLEAN"
	case Int, Long, Datetime, Timespan:
		return "BIGINT"
	case Real:
		return "DOUBLE"
	case Decimal:
		return decimalSQL
	case Dynamic:
		return "JSON"
	}
	return "VARCHAR"
}

func (t Type) integer() bool { return t == Int || t == Long }
func (t Type) numeric() bool { return t.integer() || t == Real || t == Decimal }

// with is the type with its article, for messages.
func (t Type) with() string {
	if t == Int {
		return "an int"
	}
	return "a " + string(t)
}

// Ticks are the unit of datetime and timespan: 100 nanoseconds. A datetime
// counts them from 0001-01-01.
const (
	tick        int64 = 1
	ticksMicro        = 10 * tick
	ticksSecond       = 1_000_000 * ticksMicro
	ticksMinute       = 60 * ticksSecond
	ticksHour         = 60 * ticksMinute
	ticksDay          = 24 * ticksHour
	// unixEpoch is 1970-01-01 in ticks.
	unixEpoch = 719_162 * ticksDay
	// lastTick is 9999-12-31T23:59:59.9999999.
	lastTick = 3_652_059*ticksDay - 1
)
