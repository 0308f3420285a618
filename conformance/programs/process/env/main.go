// Environment, working directory, process numbers, host facts.
package main

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
)

func main() {
	fmt.Println(os.Getenv("SET"), os.Getenv("UNSET") == "", len(os.Getenv("LONG")))
	v, ok := os.LookupEnv("EMPTY")
	fmt.Printf("%q %v\n", v, ok)
	os.Setenv("NEW", "value")
	os.Unsetenv("SET")
	_, ok = os.LookupEnv("SET")
	fmt.Println(os.ExpandEnv("$NEW ${NEW}x $NONE"), ok, os.Setenv("", "x"))
	wd, err := os.Getwd()
	fmt.Println(wd == os.Getenv("HOME"), err)
	exe, err := os.Executable()
	fmt.Println(filepath.Base(exe), err, os.Getpid() > 1, os.Getppid() > 0)
	fmt.Println(runtime.GOOS, runtime.GOARCH, runtime.Compiler, runtime.Version())
	info, ok := debug.ReadBuildInfo()
	fmt.Println(ok, info.Main.Path, info.GoVersion)
	os.Clearenv()
	fmt.Println(len(os.Environ()))
}
