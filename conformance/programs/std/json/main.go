// encoding/json: both directions, tags, embedded structs, interfaces, errors, streams, large documents.
package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"strings"
	"sync"
	"time"
)

type base struct {
	ID   int       `json:"id"`
	When time.Time `json:"when,omitzero"`
}
type item struct {
	base
	Name   string            `json:"name"`
	Tags   []string          `json:"tags,omitempty"`
	Attrs  map[string]any    `json:"attrs"`
	Next   *item             `json:"next,omitempty"`
	Skip   int               `json:"-"`
	Quoted int               `json:",string"`
	Raw    json.RawMessage   `json:"raw"`
	Bytes  []byte            `json:"bytes"`
	Float  float64           `json:"float"`
	Any    any               `json:"any"`
	Keys   map[int]temp      `json:"keys"`
	Arr    [3]bool           `json:"arr"`
	hidden string            //lint:ignore U1000 must not show
	M      map[string]string `json:"m"`
}
type temp float64

func (t temp) MarshalText() ([]byte, error) { return fmt.Appendf(nil, "%.1f°", float64(t)), nil }
func (t *temp) UnmarshalText(b []byte) error {
	_, err := fmt.Sscanf(string(b), "%f°", (*float64)(t))
	return err
}

func main() {
	it := item{base: base{7, time.Date(2020, 1, 2, 3, 4, 5, 6, time.UTC)}, Name: "näme <&>\u2028\x01", Tags: []string{"a", "b"},
		Attrs: map[string]any{"z": 1, "a": []int{1, 2}, "n": nil, "f": 1e100}, Next: &item{Name: "inner"}, Quoted: 5,
		Raw: json.RawMessage(`{"x": [1, 2]}`), Bytes: []byte{0, 1, 255}, Float: 0.1, Any: map[string]bool{"t": true}, Keys: map[int]temp{2: 36.6, -1: 0}}
	b, err := json.Marshal(it)
	fmt.Println(string(b), err)
	b, err = json.MarshalIndent(it, "> ", "\t")
	fmt.Println(string(b), err)
	var back item
	fmt.Println(json.Unmarshal(b[:0], &back))
	b, _ = json.Marshal(it)
	fmt.Println(json.Unmarshal(b, &back))
	fmt.Printf("%+v\n", back.Attrs)
	again, err := json.Marshal(back)
	fmt.Println(bytes.Equal(b, again), err)

	for _, bad := range []string{``, `{`, `{"id": "x"}`, `[1,2`, `{"name": 5}`, `{"id": 1e400}`, `{"arr": [true, 1]}`, `nul`, `{"a" 1}`, `"\x"`, `{"id":1} trailing`, `{"bytes":"!!"}`} {
		var v item
		err := json.Unmarshal([]byte(bad), &v)
		var se *json.SyntaxError
		var ue *json.UnmarshalTypeError
		fmt.Println(err, errors.As(err, &se), errors.As(err, &ue))
	}
	for _, v := range []any{math.NaN(), make(chan int), func() {}, map[bool]int{true: 1}, &it.Next, complex(1, 1)} {
		_, err := json.Marshal(v)
		fmt.Println(err)
	}
	type loop struct{ L *loop }
	l := &loop{}
	l.L = l
	_, err = json.Marshal(l)
	fmt.Println(err)

	dec := json.NewDecoder(strings.NewReader(`{"a":1} {"a":2} [3, "x", null]`))
	for dec.More() {
		tok, err := dec.Token()
		fmt.Print(tok, " ", err, "; ")
	}
	fmt.Println()
	dec = json.NewDecoder(strings.NewReader(`{"id": 12345678901234567890, "other": 1}`))
	dec.UseNumber()
	dec.DisallowUnknownFields()
	var v map[string]any
	fmt.Println(dec.Decode(&v), v)

	var wg sync.WaitGroup
	sums := make([]int, 8)
	for g := range sums {
		wg.Go(func() {
			big := make([]item, 500)
			for i := range big {
				big[i] = item{base: base{ID: i}, Name: strings.Repeat("n", i%20), Attrs: map[string]any{"i": i}, Next: &item{}}
			}
			b, err := json.Marshal(big)
			if err != nil {
				panic(err)
			}
			var out []item
			if err := json.Unmarshal(b, &out); err != nil {
				panic(err)
			}
			for _, o := range out {
				sums[g] += o.ID + len(o.Name) + int(o.Attrs["i"].(float64))
			}
		})
	}
	wg.Wait()
	fmt.Println(sums)
}
