// Many goroutines select over the same channels in different orders; nothing is lost, nobody hangs.
package main

import (
	"fmt"
	"runtime"
	"sync"
	"sync/atomic"
)

func main() {
	exchange()
	crossed()
	closing()
}

func exchange() {
	chans := [4]chan int{make(chan int), make(chan int), make(chan int, 1), make(chan int, 10)}
	var sent, received atomic.Int64
	done := make(chan struct{})
	var senders, receivers sync.WaitGroup
	for w := range 6 {
		senders.Add(1)
		go func() {
			defer senders.Done()
			for i := range 3000 {
				v := w*3000 + i
				select {
				case chans[0] <- v:
				case chans[1] <- v:
				case chans[2] <- v:
				case chans[3] <- v:
				}
				sent.Add(int64(v))
			}
		}()
		receivers.Add(1)
		go func() {
			defer receivers.Done()
			for {
				var v int
				select {
				case v = <-chans[3]:
				case v = <-chans[1]:
				case v = <-chans[0]:
				case v = <-chans[2]:
				case <-done:
					return
				}
				received.Add(int64(v))
			}
		}()
	}
	senders.Wait()
	for sent.Load() != received.Load() {
		runtime.Gosched()
	}
	close(done)
	receivers.Wait()
	fmt.Println("exchange", sent.Load(), received.Load())
}

// Both partners are in selects.
func crossed() {
	a, b := make(chan int), make(chan int)
	var wg sync.WaitGroup
	results := make([]int, 2)
	for w := range 2 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			in, out := a, b
			if w == 1 {
				in, out = b, a
			}
			sends, recvs := 0, 0
			for sends < 5000 || recvs < 5000 {
				o, i := out, in
				if sends == 5000 {
					o = nil
				}
				if recvs == 5000 {
					i = nil
				}
				select {
				case o <- 1:
					sends++
				case v := <-i:
					recvs += v
				}
			}
			results[w] = recvs
		}()
	}
	wg.Wait()
	fmt.Println("crossed", results)
}

func closing() {
	for range 200 {
		c, d := make(chan int), make(chan int)
		var wg sync.WaitGroup
		var n atomic.Int32
		for range 10 {
			wg.Add(1)
			go func() {
				defer wg.Done()
				defer func() {
					if recover() != nil {
						n.Add(100)
					}
				}()
				select {
				case <-c:
					n.Add(1)
				case d <- 1:
				}
			}()
		}
		runtime.Gosched()
		close(c)
		wg.Wait()
		if n.Load() != 10 {
			fmt.Println("wrong", n.Load())
		}
	}
	fmt.Println("closing")
}
