// Package report sums up response times.
package report

import (
	"bufio"
	"fmt"
	"io"
	"sort"
	"strings"
	"time"
)

// Report holds the times of each path.
type Report struct {
	Times map[string][]time.Duration
}

// Summary is what is known about one path.
type Summary struct {
	Count int
	Mean  time.Duration
}

// Read reads lines such as "GET /a 200 35ms".
func Read(log io.Reader) Report {
	report := Report{Times: map[string][]time.Duration{}}
	lines := bufio.NewScanner(log)
	for lines.Scan() {
		fields := strings.Fields(lines.Text())
		if len(fields) != 4 {
			continue
		}
		took, err := time.ParseDuration(fields[3])
		if err != nil {
			continue
		}
		report.Times[fields[1]] = append(report.Times[fields[1]], took)
	}
	return report
}

// Summarize needs at least one time.
func Summarize(times []time.Duration) Summary {
	var sum time.Duration
	for _, took := range times {
		sum += took
	}
	return Summary{Count: len(times), Mean: sum / time.Duration(len(times))}
}

// Write prints a line for each path, in their order.
func Write(out io.Writer, report Report) {
	paths := []string{}
	for path := range report.Times {
		paths = append(paths, path)
	}
	sort.Strings(paths)
	for _, path := range paths {
		s := Summarize(report.Times[path])
		fmt.Fprintf(out, "%s count=%d mean=%v\n", path, s.Count, s.Mean)
	}
}
