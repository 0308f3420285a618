// Arguments and environment, as Linux handed them over; copied to Go strings when somebody asks.

package runtime

import "unsafe"

// cstrings makes Go strings of n entries (negative: up to the NULL entry) of an array of C strings.
func cstrings(array **byte, n int) []string {
	if n < 0 {
		for n = 0; *entry(array, n) != nil; n++ {
		}
	}
	list := make([]string, n)
	for i := range list {
		list[i] = gostringnocopy(*entry(array, i))
	}
	return list
}

func entry(array **byte, i int) **byte {
	return (**byte)(unsafe.Add(unsafe.Pointer(array), uintptr(i)*ptrSize))
}

// os.Args. The strings lie in the process's initial stack, which is never reused.
//
//go:linkname os_runtime_args os.runtime_args
func os_runtime_args() []string {
	return cstrings(kvars.argv, int(kvars.argc))
}

//go:linkname syscall_runtime_envs syscall.runtime_envs
func syscall_runtime_envs() []string {
	return cstrings(kvars.envp, -1)
}

// gogetenv is the value of an environment variable at process start, "" if it was not set.
//
//go:linkname gogetenv
func gogetenv(key string) string {
	for i := 0; ; i++ {
		p := *entry(kvars.envp, i)
		if p == nil {
			return ""
		}
		s := gostringnocopy(p)
		if len(s) > len(key) && s[len(key)] == '=' && s[:len(key)] == key {
			return s[len(key)+1:]
		}
	}
}

//go:linkname syscall_Getpagesize syscall.Getpagesize
func syscall_Getpagesize() int {
	return int(kvars.pageBytes)
}

// golang.org/x/sys reads CPU features from the auxiliary vector: pairs of tag and value, without the closing pair.
//
//go:linkname getAuxv
func getAuxv() []uintptr {
	n := kvars.auxvWords &^ 1
	all := unsafe.Slice(kvars.auxv, n)
	if n >= 2 && all[n-2] == 0 {
		all = all[:n-2]
	}
	return all[:len(all):len(all)]
}

// crypto/internal/boring names the process in its entropy input.
//
//go:linkname boring_runtime_arg0 crypto/internal/boring.runtime_arg0
func boring_runtime_arg0() string {
	if kvars.argc == 0 {
		return ""
	}
	return gostringnocopy(*kvars.argv)
}
