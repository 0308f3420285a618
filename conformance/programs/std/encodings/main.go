// encoding/*: binary, gob, xml, csv, hex, base32, base64, pem, ascii85.
package main

import (
	"bytes"
	"encoding/ascii85"
	"encoding/base32"
	"encoding/base64"
	"encoding/binary"
	"encoding/csv"
	"encoding/gob"
	"encoding/hex"
	"encoding/pem"
	"encoding/xml"
	"fmt"
	"os"
	"strings"
)

type shape interface{ Area() float64 }
type sq struct{ Side float64 }

func (s sq) Area() float64 { return s.Side * s.Side }

type rec struct {
	XMLName xml.Name       `xml:"rec"`
	ID      int            `xml:"id,attr"`
	Names   []string       `xml:"names>name"`
	Note    string         `xml:",comment"`
	M       map[string]int `xml:"-"`
	Sub     *rec           `xml:"rec"`
	Shape   shape          `xml:"-"`
}

func main() {
	gob.Register(sq{})
	r := rec{ID: 5, Names: []string{"a", "<b>"}, Note: "note", M: map[string]int{"x": 1}, Sub: &rec{ID: 6}, Shape: sq{3}}
	var g bytes.Buffer
	fmt.Println(gob.NewEncoder(&g).Encode(r), g.Len())
	var back rec
	fmt.Println(gob.NewDecoder(&g).Decode(&back), back.M, back.Sub.ID, back.Shape.Area())
	x, err := xml.MarshalIndent(r, "", " ")
	fmt.Println(string(x), err)
	var fx rec
	fmt.Println(xml.Unmarshal(x, &fx), fx.ID, fx.Names, fx.Sub.ID)
	fmt.Println(xml.Unmarshal([]byte("<rec><id>"), &fx))
	type fixed struct {
		A uint16
		B int32
		C [3]uint8
		D float64
		E bool
	}
	var b bytes.Buffer
	fmt.Println(binary.Write(&b, binary.BigEndian, fixed{1, -2, [3]uint8{3, 4, 5}, 6.5, true}), b.Bytes(), binary.Size(fixed{}))
	var fb fixed
	fmt.Println(binary.Read(&b, binary.BigEndian, &fb), fb)
	fmt.Println(binary.AppendUvarint(nil, 1<<40), binary.LittleEndian.AppendUint32(nil, 0xdeadbeef))
	w := csv.NewWriter(os.Stdout)
	w.Write([]string{"a", "b,c", "d\"e", "f\ng", ""})
	w.Flush()
	rows, err := csv.NewReader(strings.NewReader("a,b\n\"c,d\",e\n\"bad")).ReadAll()
	fmt.Println(rows, err)
	fmt.Println(hex.Dump([]byte("hex dump of some bytes\x00\xff")), base64.StdEncoding.EncodeToString([]byte("any carnal pleas")), base64.RawURLEncoding.EncodeToString([]byte{0xfb, 0xff}), base32.HexEncoding.EncodeToString([]byte("x")))
	_, err = base64.StdEncoding.DecodeString("a$b=")
	fmt.Println(err)
	p := pem.EncodeToMemory(&pem.Block{Type: "TEST", Headers: map[string]string{"K": "v"}, Bytes: make([]byte, 50)})
	blk, rest := pem.Decode(p)
	fmt.Println(string(p), blk.Type, len(rest))
	dst := make([]byte, 100)
	fmt.Println(string(dst[:ascii85.Encode(dst, []byte("ascii85"))]))
}
