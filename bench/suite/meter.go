package main

import (
	"fmt"
	"os"
	"strings"
	"syscall"
	"time"
)

// A meter is what a benchmark gets: how much to do, and where to say what came out.
type meter struct {
	quick bool
	src   string
}

// scale is n, or a quarter of it in a quick run.
func (m *meter) scale(n int) int {
	if m.quick {
		return n / 4
	}
	return n
}

// scaleLarge is n, or a sixteenth of it in a quick run: for what takes long.
func (m *meter) scaleLarge(n int) int {
	if m.quick {
		return n / 16
	}
	return n
}

// perOp runs work once and reports wall and CPU time for each of ops operations.
func (m *meter) perOp(ops int, work func()) {
	cpu, start := cpuTime(), time.Now()
	work()
	wall := time.Since(start)
	m.report("wall/op", "ns", float64(wall)/float64(ops))
	m.report("cpu/op", "ns", float64(cpuTime()-cpu)/float64(ops))
}

// loop is perOp for n operations, scaled, after a short warm-up.
func (m *meter) loop(n int, work func(n int)) {
	n = m.scale(n)
	work(n/20 + 1)
	m.perOp(n, func() { work(n) })
}

func (m *meter) report(metric, unit string, value float64) {
	fmt.Printf("%s\t%s\t%g\n", metric, unit, value)
}

// cpuTime is what all threads of the process have used, collector included.
func cpuTime() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		panic(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// peakResident asks for the address space's own peak: wait4's figure begins with the parent's.
func peakResident() float64 {
	text, err := os.ReadFile("/proc/self/status")
	if err != nil {
		panic(err)
	}
	_, rest, _ := strings.Cut(string(text), "VmHWM:")
	var kib float64
	if _, err := fmt.Sscan(rest, &kib); err != nil {
		panic(err)
	}
	return kib * 1024 / 1e6
}
