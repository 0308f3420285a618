// Blocking system calls give their P to others; more of them than Ps do not stop the program.
package main

import (
	"fmt"
	"os"
	"sync"
	"syscall"
	"time"
)

func main() {
	var wg sync.WaitGroup
	start := time.Now()
	for range 20 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			ts := syscall.NsecToTimespec(int64(100 * time.Millisecond))
			syscall.Nanosleep(&ts, nil)
		}()
	}
	n := 0
	for range 1000 {
		c := make(chan int)
		go func() { c <- 1 }()
		n += <-c
	}
	wg.Wait()
	fmt.Println("others ran", n, "in parallel", time.Since(start) < 1500*time.Millisecond)

	// Raw pipes in blocking mode: each reader holds a thread until its writer comes.
	var fds [][2]int
	for range 10 {
		var p [2]int
		if err := syscall.Pipe(p[:]); err != nil {
			panic(err)
		}
		fds = append(fds, p)
	}
	results := make(chan string, len(fds))
	for _, p := range fds {
		go func() {
			b := make([]byte, 16)
			k, _ := syscall.Read(p[0], b)
			results <- string(b[:k])
		}()
	}
	time.Sleep(time.Millisecond)
	for i, p := range fds {
		syscall.Write(p[1], fmt.Append(nil, "m", i%3))
	}
	count := map[string]int{}
	for range fds {
		count[<-results]++
	}
	fmt.Println(count)

	// os.Pipe goes through the poller: a thousand readers, few threads.
	var readers sync.WaitGroup
	var mu sync.Mutex
	total := 0
	for i := range 200 {
		r, w, err := os.Pipe()
		if err != nil {
			panic(err)
		}
		readers.Add(1)
		go func() {
			defer readers.Done()
			b := make([]byte, 8)
			k, _ := r.Read(b)
			mu.Lock()
			total += k
			mu.Unlock()
			r.Close()
		}()
		go func() {
			time.Sleep(time.Duration(i%7) * time.Millisecond)
			w.Write([]byte("abc"))
			w.Close()
		}()
	}
	readers.Wait()
	fmt.Println("polled", total)
}
