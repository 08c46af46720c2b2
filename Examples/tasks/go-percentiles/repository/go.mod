module example.org/slowlog

go 1.18
