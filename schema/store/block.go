package store

import (
	"encoding/binary"
	"math"
	"math/big"
	"strings"
	"time"
	"unsafe"

	bindings "github.com/duckdb/duckdb-go-bindings"
	duckdb "github.com/duckdb/duckdb-go/v2"
)

// shape is how a column lies in the memory of a block.
type shape struct {
	typ          bindings.Type
	inside       bindings.Type // the integer behind a decimal or an enum
	width, scale uint8
	names        []string // of an enum
}

// streamable is errUnstreamed where a column is known to have a type that is not
// read here. The engine knows no types while it does not know those of parameters.
func streamable(prepared bindings.PreparedStatement) error {
	for i := range bindings.PreparedStatementColumnCount(prepared) {
		t := bindings.PreparedStatementColumnLogicalType(prepared, i)
		_, err := shapeOf(t)
		known := bindings.GetTypeId(t) != bindings.TypeInvalid
		bindings.DestroyLogicalType(&t)
		if err != nil && known {
			return err
		}
	}
	return nil
}

// shapesOf are those of a result's columns.
func shapesOf(res *bindings.Result) ([]shape, error) {
	shapes := make([]shape, bindings.ColumnCount(res))
	for i := range shapes {
		t := bindings.ColumnLogicalType(res, bindings.IdxT(i))
		var err error
		shapes[i], err = shapeOf(t)
		bindings.DestroyLogicalType(&t)
		if err != nil {
			return nil, err
		}
	}
	return shapes, nil
}

func shapeOf(t bindings.LogicalType) (shape, error) {
	s := shape{typ: bindings.GetTypeId(t)}
	switch s.typ {
	case bindings.TypeBoolean, bindings.TypeTinyInt, bindings.TypeSmallInt, bindings.TypeInteger, bindings.TypeBigInt,
		bindings.TypeUTinyInt, bindings.TypeUSmallInt, bindings.TypeUInteger, bindings.TypeUBigInt, bindings.TypeFloat, bindings.TypeDouble,
		bindings.TypeTimestamp, bindings.TypeTimestampS, bindings.TypeTimestampMS, bindings.TypeTimestampNS, bindings.TypeTimestampTZ, bindings.TypeDate,
		bindings.TypeUUID, bindings.TypeHugeInt:
	case bindings.TypeVarchar:
		if bindings.LogicalTypeGetAlias(t) != "" {
			return s, errUnstreamed // JSON, which the driver takes apart
		}
	case bindings.TypeDecimal:
		s.inside, s.width, s.scale = bindings.DecimalInternalType(t), bindings.DecimalWidth(t), bindings.DecimalScale(t)
	case bindings.TypeEnum:
		s.inside = bindings.EnumInternalType(t)
		for i := range bindings.EnumDictionarySize(t) {
			s.names = append(s.names, bindings.EnumDictionaryValue(t, bindings.IdxT(i)))
		}
	default:
		return s, errUnstreamed
	}
	return s, nil
}

// block is some of a stream's rows, in the engine's memory.
type block struct {
	stream *stream
	chunk  bindings.DataChunk
	from   int // the first row that is left
	n      int
}

// Len is how many rows it has.
func (b *block) Len() int { return b.n - b.from }

// Each calls visit with the cells of the first n rows.
func (b *block) Each(n int, visit func(cells []any)) error {
	d := b.stream.decoders.Get().(*decoder)
	defer b.stream.decoders.Put(d)
	d.borrow = true
	d.begin(b)
	for i := range min(n, b.Len()) {
		if err := d.read(b.from + i); err != nil {
			return b.stream.columnError(err)
		}
		visit(d.cells)
	}
	return nil
}

// Release gives the memory back.
func (b *block) Release() { bindings.DestroyDataChunk(&b.chunk) }

// The cells of a column are often the same ones: as many as remembered of each
// column are made once.
const (
	remembered   = 2048
	longestKnown = 128 // bytes of a text that is remembered
)

// decoder makes Go values of the cells of blocks. It serves one goroutine at a
// time.
type decoder struct {
	convert func(int, any) (any, error)
	columns []decoded
	cells   []any
	borrow  bool // long texts stay the engine's: they hold as long as the block
}

type decoded struct {
	shape
	valid   unsafe.Pointer
	data    unsafe.Pointer
	texts   []knownText
	numbers []knownNumber
}

type knownText struct {
	key   string
	value any
	known bool
}

type knownNumber struct {
	key   uint64
	value any
	known bool
}

// cellError is an error in a column.
type cellError struct {
	column int
	err    error
}

func (e *cellError) Error() string { return e.err.Error() }

func newDecoder(shapes []shape, convert func(int, any) (any, error)) *decoder {
	d := &decoder{convert: convert, columns: make([]decoded, len(shapes)), cells: make([]any, len(shapes))}
	for i, s := range shapes {
		d.columns[i].shape = s
		switch s.typ {
		case bindings.TypeVarchar:
			d.columns[i].texts = make([]knownText, remembered)
		case bindings.TypeUUID, bindings.TypeHugeInt, bindings.TypeBoolean:
		default:
			if s.inside == bindings.TypeHugeInt {
				continue
			}
			d.columns[i].numbers = make([]knownNumber, remembered)
		}
	}
	return d
}

// begin turns to a block.
func (d *decoder) begin(b *block) {
	for i := range d.columns {
		v := bindings.DataChunkGetVector(b.chunk, bindings.IdxT(i))
		d.columns[i].data = bindings.VectorGetData(v)
		d.columns[i].valid = bindings.VectorGetValidity(v)
	}
}

// read makes the cells of a row.
func (d *decoder) read(row int) error {
	for i := range d.columns {
		c := &d.columns[i]
		var err error
		switch {
		case c.valid != nil && *(*uint64)(unsafe.Add(c.valid, row/64*8))&(1<<(row%64)) == 0:
			d.cells[i], err = d.convert(i, nil)
		case c.typ == bindings.TypeVarchar:
			d.cells[i], err = d.text(i, c, text(c.data, row))
		case c.numbers != nil:
			d.cells[i], err = d.number(i, c, row)
		default:
			d.cells[i], err = d.convert(i, c.wide(row))
		}
		if err != nil {
			return &cellError{i, err}
		}
	}
	return nil
}

// text is a cell of texts. The bytes are the engine's.
func (d *decoder) text(i int, c *decoded, s string) (any, error) {
	if len(s) > longestKnown {
		if !d.borrow {
			s = strings.Clone(s)
		}
		return d.convert(i, s)
	}
	k := &c.texts[place(s)]
	if k.known && k.key == s {
		return k.value, nil
	}
	key := strings.Clone(s)
	v, err := d.convert(i, key)
	*k = knownText{key, v, err == nil}
	return v, err
}

// place is where a text is remembered: it follows from its length and its ends,
// which is quick, and tells digests, ids and words apart.
func place(s string) uint64 {
	h := uint64(len(s))
	if len(s) >= 8 {
		b := unsafe.Slice(unsafe.StringData(s), len(s))
		h += binary.LittleEndian.Uint64(b)*0xFF51AFD7ED558CCD ^ binary.LittleEndian.Uint64(b[len(b)-8:])
	} else {
		for i := range len(s) {
			h = h<<8 | uint64(s[i])
		}
	}
	return (h ^ h>>32) * 0x9E3779B97F4A7C15 >> 53
}

// number is a cell of at most eight bytes.
func (d *decoder) number(i int, c *decoded, row int) (any, error) {
	key := c.bits(row)
	k := &c.numbers[(key^key>>32)*0x9E3779B97F4A7C15>>53]
	if k.known && k.key == key {
		return k.value, nil
	}
	v, err := d.convert(i, c.narrow(key))
	*k = knownNumber{key, v, err == nil}
	return v, err
}

// text is a string of the engine: its length and up to twelve bytes, or where
// the bytes are (duckdb.h, duckdb_string_t).
func text(data unsafe.Pointer, row int) string {
	at := unsafe.Add(data, row*16)
	n := *(*uint32)(at)
	if n <= 12 {
		return unsafe.String((*byte)(unsafe.Add(at, 4)), int(n))
	}
	return unsafe.String(*(**byte)(unsafe.Add(at, 8)), int(n))
}

func at[T any](c *decoded, row int) T {
	var zero T
	return *(*T)(unsafe.Add(c.data, uintptr(row)*unsafe.Sizeof(zero)))
}

// bits are the bytes of a cell of at most eight of them.
func (c *decoded) bits(row int) uint64 {
	t := c.typ
	if t == bindings.TypeEnum || t == bindings.TypeDecimal {
		t = c.inside
	}
	switch t {
	case bindings.TypeTinyInt:
		return uint64(at[int8](c, row))
	case bindings.TypeUTinyInt:
		return uint64(at[uint8](c, row))
	case bindings.TypeSmallInt:
		return uint64(at[int16](c, row))
	case bindings.TypeUSmallInt:
		return uint64(at[uint16](c, row))
	case bindings.TypeInteger, bindings.TypeDate:
		return uint64(at[int32](c, row))
	case bindings.TypeUInteger, bindings.TypeFloat:
		return uint64(at[uint32](c, row))
	}
	return at[uint64](c, row)
}

// narrow is what the driver makes of a cell of at most eight bytes.
func (c *decoded) narrow(b uint64) any {
	switch c.typ {
	case bindings.TypeTinyInt, bindings.TypeSmallInt, bindings.TypeInteger, bindings.TypeBigInt, bindings.TypeUTinyInt, bindings.TypeUSmallInt, bindings.TypeUInteger:
		return int64(b)
	case bindings.TypeUBigInt:
		return b
	case bindings.TypeFloat:
		return math.Float32frombits(uint32(b))
	case bindings.TypeDouble:
		return math.Float64frombits(b)
	case bindings.TypeTimestamp, bindings.TypeTimestampTZ:
		return time.UnixMicro(int64(b)).UTC()
	case bindings.TypeTimestampS:
		return time.Unix(int64(b), 0).UTC()
	case bindings.TypeTimestampMS:
		return time.UnixMilli(int64(b)).UTC()
	case bindings.TypeTimestampNS:
		return time.Unix(0, int64(b)).UTC()
	case bindings.TypeDate:
		return time.Unix(int64(b)*86400, 0).UTC()
	case bindings.TypeEnum:
		return c.names[b]
	case bindings.TypeDecimal:
		return duckdb.Decimal{Width: c.width, Scale: c.scale, Value: big.NewInt(int64(b))}
	}
	return nil
}

// wide is what the driver makes of a cell of another size.
func (c *decoded) wide(row int) any {
	if c.typ == bindings.TypeBoolean {
		return at[bool](c, row)
	}
	low, high := *(*uint64)(unsafe.Add(c.data, row*16)), *(*int64)(unsafe.Add(c.data, row*16+8))
	if c.typ == bindings.TypeUUID {
		var id [16]byte
		binary.BigEndian.PutUint64(id[:8], uint64(high)^1<<63)
		binary.BigEndian.PutUint64(id[8:], low)
		return id[:]
	}
	i := new(big.Int).Lsh(big.NewInt(high), 64)
	i.Add(i, new(big.Int).SetUint64(low))
	if c.typ == bindings.TypeDecimal {
		return duckdb.Decimal{Width: c.width, Scale: c.scale, Value: i}
	}
	return i
}
