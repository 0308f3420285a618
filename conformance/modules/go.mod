module goxide.test/modules

go 1.25.0

require (
	github.com/BurntSushi/toml v1.5.0
	github.com/bytedance/gopkg v0.1.3
	github.com/bytedance/sonic v1.14.1
	github.com/dgraph-io/ristretto/v2 v2.3.0
	github.com/flosch/pongo2/v6 v6.0.0
	github.com/go-chi/chi/v5 v5.2.3
	github.com/goccy/go-json v0.10.5
	github.com/klauspost/compress v1.18.0
	github.com/panjf2000/ants/v2 v2.11.3
	github.com/quic-go/quic-go v0.54.0
	github.com/spf13/cobra v1.10.1
	github.com/valyala/fasthttp v1.66.0
	go.etcd.io/bbolt v1.4.3
	go.etcd.io/raft/v3 v3.6.0
	golang.org/x/net v0.44.0
	google.golang.org/protobuf v1.36.10
	gopkg.in/yaml.v3 v3.0.1
	modernc.org/sqlite v1.39.0
)
