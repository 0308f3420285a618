// net/http over the loopback: server, clients, keep-alive, timeouts, streaming, shutdown.
package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"time"
)

func main() {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /hello/{name}", func(w http.ResponseWriter, r *http.Request) { fmt.Fprintf(w, "hello %s", r.PathValue("name")) })
	mux.HandleFunc("POST /echo", func(w http.ResponseWriter, r *http.Request) { io.Copy(w, r.Body) })
	mux.HandleFunc("/panic", func(w http.ResponseWriter, r *http.Request) { panic(http.ErrAbortHandler) })
	mux.HandleFunc("/slow", func(w http.ResponseWriter, r *http.Request) {
		select {
		case <-r.Context().Done():
		case <-time.After(time.Minute):
		}
	})
	mux.HandleFunc("/stream", func(w http.ResponseWriter, r *http.Request) {
		for i := range 5 {
			fmt.Fprintln(w, i)
			w.(http.Flusher).Flush()
			time.Sleep(time.Millisecond)
		}
	})
	srv := httptest.NewServer(mux)
	var wg sync.WaitGroup
	var mu sync.Mutex
	codes := map[string]int{}
	for i := range 30 {
		wg.Go(func() {
			for k := range 10 {
				res, err := srv.Client().Get(fmt.Sprintf("%s/hello/g%d", srv.URL, i%3))
				if err != nil {
					panic(err)
				}
				b, _ := io.ReadAll(res.Body)
				res.Body.Close()
				mu.Lock()
				codes[fmt.Sprint(res.StatusCode, " ", string(b))]++
				mu.Unlock()
				_ = k
			}
		})
	}
	wg.Wait()
	fmt.Println(codes)
	res, err := srv.Client().Post(srv.URL+"/echo", "text/plain", strings.NewReader(strings.Repeat("data", 100_000)))
	if err != nil {
		panic(err)
	}
	b, _ := io.ReadAll(res.Body)
	fmt.Println(res.Status, len(b))
	res, _ = srv.Client().Get(srv.URL + "/stream")
	b, _ = io.ReadAll(res.Body)
	fmt.Printf("%q\n", b)
	res, _ = srv.Client().Get(srv.URL + "/none")
	fmt.Println(res.Status)
	_, err = srv.Client().Get(srv.URL + "/panic")
	fmt.Println(err != nil)
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Millisecond)
	defer cancel()
	req, _ := http.NewRequestWithContext(ctx, "GET", srv.URL+"/slow", nil)
	_, err = srv.Client().Do(req)
	fmt.Println(ctx.Err(), err != nil)
	srv.Close()
	tls := httptest.NewTLSServer(mux)
	res, err = tls.Client().Get(tls.URL + "/hello/tls")
	if err != nil {
		panic(err)
	}
	b, _ = io.ReadAll(res.Body)
	fmt.Println(string(b), res.TLS.Version > 0)
	tls.Close()
}
