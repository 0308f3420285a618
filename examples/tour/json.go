package main

import (
	"encoding/json"
	"reflect"
	"strings"
	"time"
)

type planet struct {
	Name  string            `json:"name"`
	Moons []string          `json:"moons,omitempty"`
	Orbit time.Duration     `json:"orbit_ns"`
	Notes map[string]any    `json:"notes"`
	Near  *planet           `json:"near,omitempty"`
	Other map[string]string `json:"-"`
}

// Describe is called by reflection below.
func (p planet) Describe(prefix string) string { return prefix + p.Name }

// jsonAndReflection turns values into text and back, and looks at types while the program runs.
func jsonAndReflection() {
	mars := planet{Name: "Mars", Moons: []string{"Phobos", "Deimos"}, Orbit: 687 * 24 * time.Hour,
		Notes: map[string]any{"colour": "red", "gravity": 3.72, "tags": []int{4, 2}}, Near: &planet{Name: "Earth"}}
	text, err := json.Marshal(mars)
	if err != nil {
		panic(err)
	}
	say("%s", text)
	var back planet
	err = json.Unmarshal(text, &back)
	say("and back: %s with %d moons near %s, error %v", back.Name, len(back.Moons), back.Near.Name, err)
	say("bad input: %v", json.Unmarshal([]byte(`{"name": 5}`), &back))

	var fields []string
	for _, f := range reflect.VisibleFields(reflect.TypeFor[planet]()) {
		fields = append(fields, f.Name+" "+f.Type.String())
	}
	say("fields: %s", strings.Join(fields, ", "))
	out := reflect.ValueOf(mars).MethodByName("Describe").Call([]reflect.Value{reflect.ValueOf("called by name: ")})
	say("%s", out[0])
	add := reflect.MakeFunc(reflect.TypeFor[func(int, int) int](), func(in []reflect.Value) []reflect.Value {
		return []reflect.Value{reflect.ValueOf(int(in[0].Int() + in[1].Int()))}
	}).Interface().(func(int, int) int)
	say("a function made at run time: 40+2=%d", add(40, 2))
}
