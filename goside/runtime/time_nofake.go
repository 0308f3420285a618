//go:build !faketime

package runtime

const faketime = false
