// GODEBUG, GOTRACEBACK and the bridge to internal/godebug. The table of options is the kernel's (stats/godebug.rs).

package runtime

import (
	"internal/runtime/atomic"
	_ "unsafe" // for go:linkname
)

// debug mirrors the options that the Go side tests on its own paths.
var debug struct {
	panicnil       atomic.Int32
	asynctimerchan atomic.Int32
	// Read at start only.
	checkfinalizers bool
}

// godebugEnv is the current value of the environment variable.
var godebugEnv atomic.Pointer[string]

// Set by internal/godebug when it initialises.
var (
	godebugUpdate           atomic.Pointer[func(string, string)]
	godebugNewIncNonDefault atomic.Pointer[func(string) func()]
)

// parseSettings reads the environment at process start.
func parseSettings() {
	env := gogetenv("GODEBUG")
	kgodebug(godebugDefault, env, true)
	mirrorOptions()
	debug.checkfinalizers = kgodebugvalue("checkfinalizers") > 0
	godebugEnv.Store(boxed(env))
	inittrace.on = kgodebugvalue("inittrace") != 0
	if rate, ok := lastNumber(env, "memprofilerate"); ok {
		MemProfileRate = rate
	} else if rate, ok := lastNumber(godebugDefault, "memprofilerate"); ok {
		MemProfileRate = rate
	}
	if disableMemoryProfiling {
		MemProfileRate = 0 // until the program sets another one
	}
	kmemprofilerate(&MemProfileRate)
}

// boxed moves a value to the heap; package runtime may not do that without saying so.
func boxed[T any](value T) *T {
	p := new(T)
	*p = value
	return p
}

func mirrorOptions() {
	debug.panicnil.Store(kgodebugvalue("panicnil"))
	debug.asynctimerchan.Store(kgodebugvalue("asynctimerchan"))
}

// lastNumber is the last key=number in a comma-separated list.
func lastNumber(list, key string) (int, bool) {
	found, n := false, 0
	for list != "" {
		field := list
		if i := indexByteString(list, ','); i >= 0 {
			field, list = list[:i], list[i+1:]
		} else {
			list = ""
		}
		if len(field) > len(key) && field[:len(key)] == key && field[len(key)] == '=' {
			if v, ok := parseInt(field[len(key)+1:]); ok {
				found, n = true, v
			}
		}
	}
	return n, found
}

func indexByteString(s string, c byte) int {
	for i := range len(s) {
		if s[i] == c {
			return i
		}
	}
	return -1
}

// parseInt reads a decimal number that fits 32 bits.
func parseInt(s string) (int, bool) {
	negative := s != "" && s[0] == '-'
	if negative {
		s = s[1:]
	}
	if s == "" || len(s) > 10 {
		return 0, false
	}
	n := 0
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return 0, false
		}
		n = n*10 + int(s[i]-'0')
	}
	if negative {
		n = -n
	}
	return n, n == int(int32(n))
}

// internal/godebug wants to hear of the setting now and whenever it changes.
//
//go:linkname godebug_setUpdate internal/godebug.setUpdate
func godebug_setUpdate(update func(string, string)) {
	godebugUpdate.Store(boxed(update))
	notifyGodebug()
}

//go:linkname godebug_setNewIncNonDefault internal/godebug.setNewIncNonDefault
func godebug_setNewIncNonDefault(newIncNonDefault func(string) func()) {
	godebugNewIncNonDefault.Store(boxed(newIncNonDefault))
}

func notifyGodebug() {
	env := ""
	if p := godebugEnv.Load(); p != nil {
		env = *p
	}
	if update := godebugUpdate.Load(); update != nil {
		(*update)(godebugDefault, env)
	}
}

func changeGodebug(value *string) {
	godebugEnv.Store(value)
	env := ""
	if value != nil {
		env = *value
	}
	kgodebug(godebugDefault, env, false)
	mirrorOptions()
	notifyGodebug()
}

// os.Setenv and os.Unsetenv.
//
//go:linkname syscall_runtimeSetenv syscall.runtimeSetenv
func syscall_runtimeSetenv(key, value string) {
	if key == "GODEBUG" {
		changeGodebug(boxed(value))
	}
}

//go:linkname syscall_runtimeUnsetenv syscall.runtimeUnsetenv
func syscall_runtimeUnsetenv(key string) {
	if key == "GODEBUG" {
		changeGodebug(nil)
	}
}

// A godebugInc counts the uses of a setting's non-default behaviour, once internal/godebug is there to count.
type godebugInc struct {
	name string
	inc  atomic.Pointer[func()]
}

// IncNonDefault counts one use.
func (g *godebugInc) IncNonDefault() {
	inc := g.inc.Load()
	if inc == nil {
		newInc := godebugNewIncNonDefault.Load()
		if newInc == nil {
			return
		}
		g.inc.CompareAndSwap(nil, boxed((*newInc)(g.name)))
		inc = g.inc.Load()
	}
	(*inc)()
}

//go:linkname setTraceback runtime/debug.SetTraceback
func setTraceback(level string) {
	ksettraceback(level)
}

// setCrashFD is what debug.SetCrashOutput calls: crash reports go to fd too. It returns the descriptor before.
//
//go:linkname setCrashFD
func setCrashFD(fd uintptr) uintptr {
	return ksetcrashfd(fd)
}
