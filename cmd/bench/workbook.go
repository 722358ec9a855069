package main

import (
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"strconv"
	"sync/atomic"
	"time"

	"github.com/xuri/excelize/v2"

	"argosy/export"
	"argosy/schema"
)

// workbookRows is the number of rows of the workbooks that are compared.
const workbookRows = 1_000_000

// workbook compares a workbook of a million rows and 13 columns with the same
// rows written through excelize's StreamWriter.
func workbook(ctx context.Context, dir string) error {
	format, err := export.ByName("xlsx")
	if err != nil {
		return err
	}
	fmt.Printf("a workbook of %d rows and %d columns\n", workbookRows, len(fleetColumns()))
	own, err := writeMeasured(filepath.Join(dir, "own.xlsx"), func(w io.Writer) error {
		_, err := format.Write(ctx, fleetPlan(), w)
		return err
	})
	if err != nil {
		return err
	}
	theirs, err := writeMeasured(filepath.Join(dir, "excelize.xlsx"), streamWithExcelize)
	if err != nil {
		return err
	}
	fmt.Printf("  argosy %s; excelize's StreamWriter %s\n", own, theirs)
	fmt.Printf("  ratio %.3f (promised: at most 0.20), memory promised: at most 100 MB, file %.2f of excelize's (promised: at most 1.00)\n",
		own.took.Seconds()/theirs.took.Seconds(), float64(own.bytes)/float64(theirs.bytes))
	return nil
}

// written is what it cost to write a file.
type written struct {
	took   time.Duration
	bytes  int64
	memory uint64 // the most that the Go runtime held
}

func (w written) String() string {
	return fmt.Sprintf("%.2f s, %d MB of memory, file %d MB", w.took.Seconds(), w.memory>>20, w.bytes/1e6)
}

// writeMeasured runs write into a file and samples the memory meanwhile.
func writeMeasured(path string, write func(io.Writer) error) (written, error) {
	file, err := os.Create(path)
	if err != nil {
		return written{}, err
	}
	defer file.Close()
	debug.FreeOSMemory()
	var peak atomic.Uint64
	stop, done := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(done)
		for {
			var m runtime.MemStats
			runtime.ReadMemStats(&m)
			peak.Store(max(peak.Load(), m.Sys-m.HeapReleased))
			select {
			case <-stop:
				return
			case <-time.After(50 * time.Millisecond):
			}
		}
	}()
	start := time.Now()
	err = write(file)
	took := time.Since(start)
	close(stop)
	<-done
	if err != nil {
		return written{}, err
	}
	info, err := file.Stat()
	if err != nil {
		return written{}, err
	}
	return written{took, info.Size(), peak.Load()}, nil
}

// streamWithExcelize is the usual way to write many rows.
func streamWithExcelize(w io.Writer) error {
	file := excelize.NewFile()
	defer file.Close()
	style := "yyyy-mm-dd hh:mm:ss"
	date, err := file.NewStyle(&excelize.Style{CustomNumFmt: &style})
	if err != nil {
		return err
	}
	stream, err := file.NewStreamWriter("Sheet1")
	if err != nil {
		return err
	}
	var header []any
	for _, c := range fleetColumns() {
		header = append(header, c.Name)
	}
	if err := stream.SetRow("A1", header); err != nil {
		return err
	}
	rows := &fleetRows{n: workbookRows}
	cells := make([]any, len(header))
	for row := 2; rows.Next(); row++ {
		copy(cells, rows.Values())
		cells[5] = excelize.Cell{StyleID: date, Value: cells[5]}
		if err := stream.SetRow("A"+strconv.Itoa(row), cells); err != nil {
			return err
		}
	}
	if err := stream.AddTable(&excelize.Table{Range: fmt.Sprintf("A1:M%d", workbookRows+1), Name: "findings"}); err != nil {
		return err
	}
	if err := stream.Flush(); err != nil {
		return err
	}
	return file.Write(w)
}

// fleetRows makes rows up as it goes, with the look of the reference query's:
// sorted by repository, few severities and packages, digests that repeat per
// image.
type fleetRows struct {
	n, at int
	row   [13]any
}

func fleetColumns() []schema.Column {
	var columns []schema.Column
	for _, name := range []string{"repositoryName", "registryName", "imageDigest", "vulnName", "scanFindingSeverity", "publishedTime", "cvssV30Score",
		"packageName", "installedPackageVersion", "fixedPackageVersion", "tenantId", "resourceGroup", "subscriptionId"} {
		columns = append(columns, schema.Column{Name: name, Type: schema.TypeString})
	}
	columns[5].Type, columns[6].Type = schema.TypeDatetime, schema.TypeReal
	return columns
}

func fleetPlan() *export.Plan {
	return &export.Plan{Title: "Fleet", Query: "-", Language: "sql", Generated: time.Unix(1_790_000_000, 0), Sheets: []export.Sheet{{
		Name: "Findings", Matched: -1, Open: func(context.Context) (schema.Rows, error) { return &fleetRows{n: workbookRows}, nil }}}}
}

func (r *fleetRows) Columns() []schema.Column { return fleetColumns() }
func (r *fleetRows) Err() error               { return nil }
func (r *fleetRows) Close() error             { return nil }
func (r *fleetRows) Values() []any            { return r.row[:] }

func (r *fleetRows) Next() bool {
	if r.at >= r.n {
		return false
	}
	i := r.at
	r.at++
	// Which finding an image has is as good as random, and differs between them.
	image, random := i/500, rand.New(rand.NewPCG(7, uint64(i)))
	cve, pkg := random.IntN(40000), random.IntN(5000)
	severities := [...]string{"Critical", "High", "Medium", "Low", "Unknown"}
	n := strconv.Itoa
	r.row = [13]any{
		"team/service-" + n(image%200), "contoso.azurecr.io",
		"sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f" + n(10000+image),
		"CVE-20" + n(10+cve%16) + "-" + n(10000+cve), severities[cve%5],
		time.Unix(1_600_000_000+int64(cve)*3600, 0).UTC(), float64(cve%101) / 10,
		"lib" + n(pkg) + "-dev", n(pkg%9) + "." + n(pkg%37) + ".0-r" + n(i%3), n(pkg%9) + "." + n(pkg%37) + ".1",
		"72f988bf-86f1-41af-91ab-2d7cd011db47", "rg-" + n(image%20), "00000000-0000-0000-0000-0000000000" + n(10+image%20),
	}
	return true
}
