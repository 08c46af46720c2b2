package main

import (
	"os"

	"example.org/slowlog/report"
)

func main() {
	report.Write(os.Stdout, report.Read(os.Stdin))
}
