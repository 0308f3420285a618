package main

import (
	"cmp"
	"fmt"
	"iter"
	"slices"
	"strings"
)

// A tree is a sorted set of anything that can be ordered.
type tree[T cmp.Ordered] struct {
	left, right *tree[T]
	value       T
}

func (t *tree[T]) insert(v T) *tree[T] {
	switch {
	case t == nil:
		return &tree[T]{value: v}
	case v < t.value:
		t.left = t.left.insert(v)
	case v > t.value:
		t.right = t.right.insert(v)
	}
	return t
}

// all yields the values in order.
func (t *tree[T]) all() iter.Seq[T] {
	return func(yield func(T) bool) { t.push(yield) }
}

func (t *tree[T]) push(yield func(T) bool) bool {
	return t == nil || t.left.push(yield) && yield(t.value) && t.right.push(yield)
}

func treeOf[T cmp.Ordered](values ...T) *tree[T] {
	var t *tree[T]
	for _, v := range values {
		t = t.insert(v)
	}
	return t
}

func mapSeq[T, U any](seq iter.Seq[T], f func(T) U) iter.Seq[U] {
	return func(yield func(U) bool) {
		for v := range seq {
			if !yield(f(v)) {
				return
			}
		}
	}
}

// generics keeps ints, strings and floats in one kind of tree and ranges over functions.
func generics() {
	say("ints %v", slices.Collect(treeOf(5, 2, 8, 1, 9, 5).all()))
	say("strings %s", strings.Join(slices.Collect(treeOf(strings.Fields("to be or not to be")...).all()), " "))
	say("mapped %v", slices.Collect(mapSeq(treeOf(0.5, 0.25, 2).all(), func(f float64) string { return fmt.Sprintf("<%g>", f) })))
	for v := range treeOf("stop", "here", "please").all() {
		if v == "please" {
			say("a range over a function stops at %q", v)
			break
		}
	}
	next, stop := iter.Pull(treeOf(3, 1, 2).all())
	a, _ := next()
	b, _ := next()
	stop()
	_, more := next()
	say("pulled %d, then %d, then stopped: more %v", a, b, more)
}
