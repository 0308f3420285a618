package main

import (
	"crypto/sha256"
	"fmt"
	"sync"
)

// workerPool spreads jobs over workers; results come back in any order and are put into theirs.
func workerPool() {
	type job struct{ id int }
	type result struct {
		id     int
		digest [sha256.Size]byte
	}
	jobs, results := make(chan job), make(chan result)
	var workers sync.WaitGroup
	for range 8 {
		workers.Go(func() {
			for j := range jobs {
				results <- result{j.id, sha256.Sum256(fmt.Append(nil, "job ", j.id))}
			}
		})
	}
	const n = 1000
	go func() {
		for i := range n {
			jobs <- job{i}
		}
		close(jobs)
		workers.Wait()
		close(results)
	}()
	ordered := make([]result, n)
	for r := range results {
		ordered[r.id] = r
	}
	all := sha256.New()
	for _, r := range ordered {
		all.Write(r.digest[:])
	}
	say("8 workers did %d jobs, digest of all results %x…", n, all.Sum(nil)[:8])
}
