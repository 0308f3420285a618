// A worker pool: jobs out, results back, order restored.
package main

import (
	"crypto/sha256"
	"fmt"
	"runtime"
	"sync"
)

type job struct {
	id   int
	data []byte
}

type result struct {
	id  int
	sum [32]byte
}

func main() {
	jobs, results := make(chan job), make(chan result, 16)
	var wg sync.WaitGroup
	for range 4 * runtime.GOMAXPROCS(0) {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for j := range jobs {
				sum := sha256.Sum256(j.data)
				for range 20 {
					sum = sha256.Sum256(sum[:])
				}
				results <- result{j.id, sum}
			}
		}()
	}
	const n = 3000
	go func() {
		for i := range n {
			jobs <- job{i, fmt.Appendf(nil, "job %d", i)}
		}
		close(jobs)
		wg.Wait()
		close(results)
	}()
	all := make([]result, n)
	count := 0
	for r := range results {
		all[r.id] = r
		count++
	}
	total := sha256.New()
	for _, r := range all {
		total.Write(r.sum[:])
	}
	fmt.Printf("%d results %x\n", count, total.Sum(nil))
}
