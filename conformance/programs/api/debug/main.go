// runtime/debug and the version of the binary.
package main

import (
	"fmt"
	"math"
	"os"
	"runtime"
	"runtime/debug"
	"strings"
)

func main() {
	fmt.Println(debug.SetGCPercent(50), debug.SetGCPercent(-1), debug.SetGCPercent(100))
	fmt.Println(debug.SetMemoryLimit(1<<30) == math.MaxInt64, debug.SetMemoryLimit(-1), debug.SetMemoryLimit(math.MaxInt64))
	fmt.Println(debug.SetMaxThreads(5000), debug.SetMaxThreads(10000))
	fmt.Println(debug.SetMaxStack(1<<20), debug.SetMaxStack(1000000000))
	fmt.Println(debug.SetPanicOnFault(true), debug.SetPanicOnFault(false))
	debug.FreeOSMemory()
	debug.SetTraceback("all")

	info, ok := debug.ReadBuildInfo()
	fmt.Println(ok, info.GoVersion == runtime.Version(), strings.HasPrefix(runtime.Version(), "go1.25"))
	settings := map[string]string{}
	for _, s := range info.Settings {
		settings[s.Key] = s.Value
	}
	fmt.Println(settings["GOOS"], settings["GOARCH"], settings["CGO_ENABLED"], settings["-compiler"])
	fmt.Println(runtime.GOOS, runtime.GOARCH, runtime.Compiler, runtime.NumCPU() > 0, runtime.NumCgoCall())
	old := runtime.GOMAXPROCS(3)
	fmt.Println(runtime.GOMAXPROCS(0), runtime.GOMAXPROCS(old), runtime.GOMAXPROCS(-1) == old)
	fmt.Println(runtime.NumGoroutine())
	fmt.Println(strings.Contains(string(debug.Stack()), "main.main()"))

	f, err := os.CreateTemp("", "crash")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.Remove(f.Name())
	fmt.Println(debug.SetCrashOutput(f, debug.CrashOptions{}), debug.SetCrashOutput(nil, debug.CrashOptions{}))

	runtime.LockOSThread()
	runtime.LockOSThread()
	done := make(chan int)
	go func() { done <- 1 }()
	<-done
	runtime.UnlockOSThread()
	runtime.UnlockOSThread()
	runtime.UnlockOSThread()

	os.Setenv("GOROOT", "/elsewhere")
	fmt.Println(runtime.GOROOT() != "/elsewhere")
}
