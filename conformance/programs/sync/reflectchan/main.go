// Channels through reflect.
package main

import (
	"fmt"
	"reflect"
)

func main() {
	c := reflect.MakeChan(reflect.TypeFor[chan string](), 2)
	c.Send(reflect.ValueOf("x"))
	fmt.Println(c.Len(), c.Cap(), c.TrySend(reflect.ValueOf("y")), c.TrySend(reflect.ValueOf("z")))
	v, ok := c.Recv()
	fmt.Println(v, ok)
	v, ok = c.TryRecv()
	fmt.Println(v, ok)
	v, ok = c.TryRecv()
	fmt.Println(v.IsValid(), ok)
	c.Close()
	v, ok = c.Recv()
	fmt.Printf("%q %v\n", v.String(), ok)
	v, ok = c.TryRecv()
	fmt.Printf("%q %v\n", v.String(), ok)

	a, b, full := make(chan int, 10), make(chan int), make(chan int, 1)
	full <- 1
	cases := []reflect.SelectCase{
		{Dir: reflect.SelectRecv, Chan: reflect.ValueOf(b)},
		{Dir: reflect.SelectSend, Chan: reflect.ValueOf(full), Send: reflect.ValueOf(1)},
		{Dir: reflect.SelectDefault},
		{Dir: reflect.SelectRecv, Chan: reflect.ValueOf(a)},
		{Dir: reflect.SelectSend, Chan: reflect.ValueOf((chan int)(nil)), Send: reflect.ValueOf(1)},
	}
	i, v, ok := reflect.Select(cases)
	fmt.Println(i, v.IsValid(), ok)
	a <- 5
	i, v, ok = reflect.Select(cases)
	fmt.Println(i, v, ok)
	<-full
	i, v, ok = reflect.Select(cases)
	fmt.Println(i, v.IsValid(), ok, <-full)
	go func() { b <- 9 }()
	i, v, ok = reflect.Select(append(cases[:2:2], cases[3]))
	for i != 0 {
		<-full
		i, v, ok = reflect.Select(append(cases[:2:2], cases[3]))
	}
	fmt.Println(i, v, ok)
	close(b)
	i, v, ok = reflect.Select(cases[:1])
	fmt.Println(i, v, ok)
	i, _, _ = reflect.Select([]reflect.SelectCase{{Dir: reflect.SelectDefault}})
	fmt.Println(i)

	var many []reflect.SelectCase
	chans := make([]chan int, 500)
	for i := range chans {
		chans[i] = make(chan int)
		many = append(many, reflect.SelectCase{Dir: reflect.SelectRecv, Chan: reflect.ValueOf(chans[i])})
		go func() { chans[i] <- i }()
	}
	sum := 0
	for range chans {
		_, v, _ := reflect.Select(many)
		sum += int(v.Int())
	}
	fmt.Println(sum)
}
