package report

import (
	"strings"
	"testing"
)

func TestWrite(t *testing.T) {
	var out strings.Builder
	Write(&out, Read(strings.NewReader("GET /b 200 10ms\nGET /a 200 20ms\nGET /a 500 40ms\n")))
	lines := strings.Split(out.String(), "\n")
	if !strings.HasPrefix(lines[0], "/a count=2 mean=30ms") || !strings.HasPrefix(lines[1], "/b count=1 mean=10ms") {
		t.Errorf("printed:\n%s", out.String())
	}
}
