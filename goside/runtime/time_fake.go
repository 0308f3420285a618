//go:build faketime

package runtime

// faketime says that the program sees the playground's time, and that its output is framed with it; syscall has the same
// constant.
const faketime = true
