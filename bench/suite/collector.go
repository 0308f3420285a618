package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

var collector = []benchmark{
	{"collector", "binary trees", binaryTrees},
	{"collector", "graph of 290 MB, forced", graphForced},
	{"collector", "linked list, forced", listForced},
	{"collector", "rewiring", rewiring},
	{"collector", "a million parked goroutines", parkedForced},
	{"collector", "go/parser over net/http", parseNetHTTP},
	{"collector", "finalizers", finalizers},
	{"collector", "cleanups", cleanups},
}

type tree struct{ left, right *tree }

func plant(depth int) *tree {
	if depth == 0 {
		return &tree{}
	}
	return &tree{plant(depth - 1), plant(depth - 1)}
}

func (t *tree) count() int {
	if t.left == nil {
		return 1
	}
	return 1 + t.left.count() + t.right.count()
}

// Short-lived trees of every depth beside one that lives; an operation is a node.
func binaryTrees(m *meter) {
	const low, high = 4, 16
	long := plant(high)
	nodes := m.scale(24_000_000)
	m.perOp(nodes, func() {
		var wg sync.WaitGroup
		var total atomic.Int64
		for depth := low; depth <= high; depth += 4 {
			wg.Go(func() {
				size := 2<<depth - 1
				for range nodes / 4 / size {
					total.Add(int64(plant(depth).count()))
				}
			})
		}
		wg.Wait()
		sinkInt += int(total.Load()) + long.count()
	})
}

type vertex struct {
	edges [4]*vertex
	value int64
	label *int64
}

// Every collection has to follow edges in no order; an operation is one forced collection.
func graphForced(m *meter) {
	vertices := m.scale(5_200_000) // 48 B and 8 B each: 290 MB
	all := make([]*vertex, vertices)
	for i := range all {
		all[i] = &vertex{value: int64(i), label: new(int64)}
	}
	random := randomness(1)
	for _, v := range all {
		for e := range v.edges {
			v.edges[e] = all[random.below(vertices)]
		}
	}
	root := all[0]
	all = all[:vertices/100]
	forced(m, 3)
	runtime.KeepAlive(all)
	runtime.KeepAlive(root)
}

// A list gives a marker nothing to do ahead of time, and nothing to share.
func listForced(m *meter) {
	type link struct {
		next *link
		load [2]int64
	}
	var head *link
	for range m.scale(4_000_000) {
		head = &link{next: head}
	}
	forced(m, 3)
	runtime.KeepAlive(head)
}

func forced(m *meter, times int) {
	runtime.GC()
	m.perOp(times, func() {
		for range times {
			runtime.GC()
		}
	})
}

// Pointer stores into old objects while garbage keeps the collector busy; an operation is a store.
func rewiring(m *meter) {
	nodes := make([]*tree, 400_000)
	for i := range nodes {
		nodes[i] = &tree{}
	}
	random := randomness(2)
	m.loop(24_000_000, func(n int) {
		for i := range n {
			a := nodes[random.below(len(nodes))]
			a.left, a.right = a.right, nodes[i%len(nodes)]
			if i%16 == 0 {
				a.left = &tree{}
			}
		}
	})
}

// An operation is one collection that has every goroutine's stack to look at.
func parkedForced(m *meter) {
	stop := make(chan bool)
	var started sync.WaitGroup
	for range m.scale(1_000_000) {
		started.Add(1)
		go func() {
			held := new(int64)
			started.Done()
			<-stop
			runtime.KeepAlive(held)
		}()
	}
	started.Wait()
	forced(m, 2)
	close(stop)
}

// An operation is one pass over the package's files, from memory.
func parseNetHTTP(m *meter) {
	paths, err := filepath.Glob(filepath.Join(m.src, "net/http/*.go"))
	if err != nil || len(paths) == 0 {
		panic("no files of net/http in " + m.src)
	}
	var texts []string
	for _, path := range paths {
		text, err := os.ReadFile(path)
		if err != nil {
			panic(err)
		}
		texts = append(texts, string(text))
	}
	passes := m.scale(12)
	m.perOp(passes, func() {
		for range passes {
			var files []*ast.File
			set := token.NewFileSet()
			for i, text := range texts {
				file, err := parser.ParseFile(set, paths[i], strings.NewReader(text), parser.ParseComments)
				if err != nil {
					panic(err)
				}
				files = append(files, file)
			}
			sinkInt += len(files)
		}
	})
}

// An operation is one object with a finalizer, from its birth until the finalizer has run.
func finalizers(m *meter) {
	var ran atomic.Int64
	untilRun(m, &ran, func() {
		runtime.SetFinalizer(&mixed{}, func(*mixed) { ran.Add(1) })
	})
}

func cleanups(m *meter) {
	var ran atomic.Int64
	untilRun(m, &ran, func() {
		runtime.AddCleanup(&mixed{}, func(*atomic.Int64) { ran.Add(1) }, nil)
	})
}

func untilRun(m *meter, ran *atomic.Int64, make func()) {
	n := m.scale(800_000)
	m.perOp(n, func() {
		for range n {
			make()
		}
		// The last object may still be found on the stack.
		for deadline := time.Now().Add(10 * time.Second); ran.Load() < int64(n)-8; {
			if time.Now().After(deadline) {
				panic("finalizers do not run")
			}
			runtime.GC()
			time.Sleep(time.Millisecond)
		}
	})
}

// randomness is a generator small enough not to be what is measured.
type randomness uint64

func (r *randomness) below(n int) int {
	*r ^= *r << 13
	*r ^= *r >> 7
	*r ^= *r << 17
	return int(uint64(*r) % uint64(n))
}
