// The threadcreate profile has a record for every thread.
package main

import (
	"bytes"
	"fmt"
	"os"
	"runtime"
	"runtime/pprof"
	"strings"
	"sync"
)

// threads is what the system says.
func threads() int {
	entries, err := os.ReadDir("/proc/self/task")
	if err != nil {
		panic(err)
	}
	return len(entries)
}

func main() {
	const locked = 20
	before := pprof.Lookup("threadcreate").Count()
	var ready, done sync.WaitGroup
	release := make(chan bool)
	ready.Add(locked)
	done.Add(locked)
	for range locked {
		go func() {
			runtime.LockOSThread()
			ready.Done()
			<-release
			runtime.UnlockOSThread()
			done.Done()
		}()
	}
	ready.Wait()
	p := pprof.Lookup("threadcreate")
	n := p.Count()
	fmt.Println("before:", before >= 1, "more:", n-before >= locked-4)
	// A thread may come to life meanwhile.
	system := threads()
	fmt.Println("as the system says:", n >= system-2 && n <= system+2)

	few := make([]runtime.StackRecord, 1)
	m, ok := runtime.ThreadCreateProfile(few)
	fmt.Println("too little room:", m >= n, ok)
	all := make([]runtime.StackRecord, m+10)
	m, ok = runtime.ThreadCreateProfile(all)
	fmt.Println("room:", m >= n, ok, len(all[0].Stack()) < len(all[0].Stack0))

	var text, proto bytes.Buffer
	fmt.Println(p.WriteTo(&text, 1), p.WriteTo(&proto, 0))
	fmt.Println(strings.HasPrefix(text.String(), "threadcreate profile: total "), bytes.HasPrefix(proto.Bytes(), []byte{0x1f, 0x8b}))
	close(release)
	done.Wait()
}
