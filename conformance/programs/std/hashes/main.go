// crypto and hash packages with assembly: digests, HMAC, AES, ChaCha, Ed25519, ECDSA, RSA, CRCs, maphash.
package main

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/hmac"
	"crypto/md5"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha3"
	"crypto/sha512"
	"encoding/hex"
	"fmt"
	"hash/adler32"
	"hash/crc32"
	"hash/crc64"
	"hash/fnv"
	"hash/maphash"
)

func main() {
	for n := range 70 {
		data := bytes.Repeat([]byte{byte(n), 'x'}, n*n)
		fmt.Printf("%d %x %x %x %x %x %08x %016x %08x\n", n, md5.Sum(data), sha1.Sum(data), sha256.Sum256(data), sha512.Sum512(data), sha3.Sum256(data),
			crc32.Checksum(data, crc32.MakeTable(crc32.Castagnoli)), crc64.Checksum(data, crc64.MakeTable(crc64.ECMA)), adler32.Checksum(data))
	}
	mac := hmac.New(sha256.New, []byte("key"))
	mac.Write([]byte("message"))
	fmt.Println(hex.EncodeToString(mac.Sum(nil)))
	block, err := aes.NewCipher(bytes.Repeat([]byte{7}, 32))
	if err != nil {
		panic(err)
	}
	gcm, _ := cipher.NewGCM(block)
	sealed := gcm.Seal(nil, make([]byte, 12), bytes.Repeat([]byte("plain"), 1000), []byte("aad"))
	fmt.Printf("%x\n", sha256.Sum256(sealed))
	_, err = gcm.Open(nil, make([]byte, 12), sealed, []byte("wrong"))
	fmt.Println(err)
	stream := cipher.NewCTR(block, make([]byte, 16))
	out := make([]byte, 1000)
	stream.XORKeyStream(out, out)
	fmt.Printf("%x\n", sha256.Sum256(out))
	seed := bytes.Repeat([]byte{3}, ed25519.SeedSize)
	key := ed25519.NewKeyFromSeed(seed)
	sig := ed25519.Sign(key, []byte("msg"))
	fmt.Printf("%x %v\n", sig, ed25519.Verify(key.Public().(ed25519.PublicKey), []byte("msg"), sig))
	ec, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		panic(err)
	}
	digest := sha256.Sum256([]byte("x"))
	es, err := ecdsa.SignASN1(rand.Reader, ec, digest[:])
	fmt.Println(err, ecdsa.VerifyASN1(&ec.PublicKey, digest[:], es), ecdsa.VerifyASN1(&ec.PublicKey, digest[1:], es))
	rk, err := rsa.GenerateKey(rand.Reader, 2048)
	fmt.Println(err, rk.Validate(), rk.N.BitLen())
	h := fnv.New64a()
	h.Write([]byte("fnv"))
	fmt.Println(h.Sum64())
	s := maphash.MakeSeed()
	fmt.Println(maphash.String(s, "a") == maphash.String(s, "a"), maphash.String(s, "a") == maphash.String(s, "b"), maphash.Comparable(s, [2]any{1, "x"}) == maphash.Comparable(s, [2]any{1, "x"}))
	var a, b [32]byte
	rand.Read(a[:])
	rand.Read(b[:])
	fmt.Println(a != b, len(rand.Text()))
}
