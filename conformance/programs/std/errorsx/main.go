// errors: Is, As, Join, Unwrap trees.
package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
)

type coded struct{ code int }

func (c coded) Error() string        { return fmt.Sprint("code ", c.code) }
func (c coded) Is(target error) bool { return target == io.EOF && c.code == 1 }

func main() {
	base := errors.New("base")
	wrapped := fmt.Errorf("outer: %w", fmt.Errorf("inner: %w", base))
	joined := errors.Join(wrapped, nil, coded{1}, os.ErrPermission)
	fmt.Println(joined)
	fmt.Println(errors.Is(joined, base), errors.Is(joined, io.EOF), errors.Is(joined, fs.ErrPermission), errors.Is(joined, io.ErrUnexpectedEOF))
	var c coded
	fmt.Println(errors.As(joined, &c), c.code, errors.Unwrap(wrapped), errors.Unwrap(joined), errors.Join(nil, nil))
	func() {
		defer func() { fmt.Println(recover()) }()
		errors.As(joined, nil)
	}()
	fmt.Println(errors.New("a") == errors.New("a"), base == base)
}
