// GODEBUG's reports on standard error: gctrace, inittrace, schedtrace and scheddetail have the form that tools parse, and
// say what happened.
package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"runtime"
	"strconv"
	"strings"
	"time"
)

const (
	inits     = 1000
	initBytes = 64
)

var made [inits]*[initBytes]byte

func init() {
	for i := range made {
		made[i] = new([initBytes]byte)
	}
}

type node struct {
	next *node
	data [100]byte
}

var kept *node

// collects makes garbage and lets go of it, then says how many collections there were.
func collects() {
	for i := range 300_000 {
		kept = &node{next: kept}
		if i%50_000 == 0 {
			kept = nil
		}
	}
	runtime.GC()
	var ms runtime.MemStats
	runtime.ReadMemStats(&ms)
	fmt.Print(ms.NumGC)
}

// schedules keeps goroutines of every kind for a while.
func schedules() {
	c := make(chan int)
	go func() {
		runtime.LockOSThread()
		<-make(chan int)
	}()
	go func() {
		for range time.Tick(time.Millisecond) {
			c <- 1
		}
	}()
	<-c
	for end := time.Now().Add(150 * time.Millisecond); time.Now().Before(end); {
		select {
		case <-c:
		case <-time.After(5 * time.Millisecond):
		}
	}
}

// run runs this program again; lines of standard error, and standard output.
func run(what, godebug string) ([]string, string) {
	cmd := exec.Command(os.Args[0], what)
	cmd.Env = append(os.Environ(), "GODEBUG="+godebug)
	var out, errors bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errors
	if err := cmd.Run(); err != nil {
		fmt.Println(what, err)
	}
	// The end of the process may have cut the last line.
	lines := strings.Split(errors.String(), "\n")
	return lines[:len(lines)-1], out.String()
}

const ms = `(?:0|0\.\d{2,3}|[1-9]\.\d|[1-9]\d+)`

var (
	gcLine = regexp.MustCompile(`^gc (\d+) @\d+\.\d{3}s \d+%: ` + ms + `\+` + ms + `\+` + ms + ` ms clock, ` +
		ms + `\+` + ms + `/` + ms + `/` + ms + `\+` + ms + ` ms cpu, ` +
		`(\d+)->(\d+)->(\d+) MB, (\d+) MB goal, \d+ MB stacks, \d+ MB globals, (\d+) P( \(forced\))?$`)
	initLine  = regexp.MustCompile(`^init (\S+) @(` + ms + `) ms, ` + ms + ` ms clock, (\d+) bytes, (\d+) allocs$`)
	schedLine = regexp.MustCompile(`^SCHED (\d+)ms: gomaxprocs=(\d+) idleprocs=\d+ threads=\d+ spinningthreads=\d+ ` +
		`needspinning=[01] idlethreads=\d+ runqueue=\d+ \[( \d+)+ \] schedticks=\[ (\d+ )+\]$`)
	detailLines = []*regexp.Regexp{
		regexp.MustCompile(`^SCHED \d+ms: gomaxprocs=\d+ idleprocs=\d+ threads=\d+ spinningthreads=\d+ needspinning=[01] ` +
			`idlethreads=\d+ runqueue=\d+ gcwaiting=(true|false) nmidlelocked=-?\d+ stopwait=\d+ sysmonwait=(true|false)$`),
		regexp.MustCompile(`^  P\d+: status=\d schedtick=\d+ syscalltick=\d+ m=(\d+|nil) runqsize=\d+ gfreecnt=\d+ ` +
			`timerslen=\d+$`),
		regexp.MustCompile(`^  M\d+: p=(\d+|nil) curg=(\d+|nil) mallocing=\d+ throwing=-?\d+ preemptoff=.* locks=\d+ ` +
			`dying=\d+ spinning=(true|false) blocked=(true|false) lockedg=(\d+|nil)$`),
		regexp.MustCompile(`^  G\d+: status=\d+\(.*\) m=(\d+|nil) lockedm=(\d+|nil)$`),
	}
)

func number(s string) int {
	n, err := strconv.Atoi(s)
	if err != nil {
		panic(err)
	}
	return n
}

func gcTrace() {
	lines, count := run("collects", "gctrace=1")
	fmt.Println("gctrace: a line for every collection", len(lines) == number(count))
	for i, line := range lines {
		m := gcLine.FindStringSubmatch(line)
		if m == nil {
			fmt.Println("not a line of gctrace:", line)
			continue
		}
		if number(m[1]) != i+1 || number(m[6]) != runtime.GOMAXPROCS(0) || number(m[2]) > number(m[3]) ||
			number(m[4]) > number(m[3]) || (m[7] != "") != (i == len(lines)-1) {
			fmt.Println("wrong figures:", line)
		}
	}
}

func initTrace() {
	lines, _ := run("nothing", "inittrace=1")
	seen := map[string]bool{}
	last := 0.0
	for _, line := range lines {
		m := initLine.FindStringSubmatch(line)
		if m == nil {
			fmt.Println("not a line of inittrace:", line)
			continue
		}
		seen[m[1]] = true
		at, _ := strconv.ParseFloat(m[2], 64)
		if at < last {
			fmt.Println("went back in time:", line)
		}
		last = at
		if m[1] == "main" {
			fmt.Println("main's initialisation:", number(m[3])/1000, "KB,", number(m[4])/100, "hundred objects")
		}
	}
	for _, pkg := range []string{"internal/godebug", "os", "reflect", "syscall", "time", "unicode", "main"} {
		fmt.Println("inittrace:", pkg, seen[pkg])
	}
}

func schedTrace() {
	lines, _ := run("schedules", "schedtrace=10")
	fmt.Println("schedtrace: lines", len(lines) >= 5)
	last := -1
	for _, line := range lines {
		m := schedLine.FindStringSubmatch(line)
		if m == nil {
			fmt.Println("not a line of schedtrace:", line)
			continue
		}
		if number(m[1]) <= last || number(m[2]) != runtime.GOMAXPROCS(0) {
			fmt.Println("wrong figures:", line)
		}
		last = number(m[1])
	}
}

func schedDetail() {
	lines, _ := run("schedules", "schedtrace=10,scheddetail=1")
	var found [4]int
	all := strings.Join(lines, "\n")
next:
	for _, line := range lines {
		for i, r := range detailLines {
			if r.MatchString(line) {
				found[i]++
				continue next
			}
		}
		fmt.Println("not a line of scheddetail:", line)
	}
	fmt.Println("scheddetail:", found[0] >= 5, found[1] == found[0]*runtime.GOMAXPROCS(0), found[2] > found[0], found[3] > found[0])
	for _, part := range []string{"status=4(chan receive)", "  G1: "} {
		fmt.Println(part, strings.Contains(all, part))
	}
	fmt.Println("a locked goroutine", regexp.MustCompile(`lockedm=\d`).MatchString(all))
}

func main() {
	if len(os.Args) < 2 {
		gcTrace()
		initTrace()
		schedTrace()
		schedDetail()
		return
	}
	switch os.Args[1] {
	case "collects":
		collects()
	case "schedules":
		schedules()
	}
}
