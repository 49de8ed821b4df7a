// Upstream's own code as one WebAssembly reactor: kustomize, Helm's template engine, and the API server's merge of managed fields. No
// files, no network, no processes, no clock but what the host gives: request and answer are JSON in memory.
package main

import (
	"encoding/json"
	"fmt"
	"unsafe"
)

func main() {}

var request, answer []byte

//go:wasmexport alloc
func alloc(size uint32) uint32 {
	request = make([]byte, size)
	if size == 0 {
		return 0
	}
	return uint32(uintptr(unsafe.Pointer(&request[0])))
}

//go:wasmexport render
func render() uint32 {
	answer = serve(request)
	request = nil
	return uint32(len(answer))
}

//go:wasmexport result
func result() uint32 {
	return uint32(uintptr(unsafe.Pointer(&answer[0])))
}

// Failure is how every refusal comes back; Code is one of the contract's RENDER_* or MERGE_* codes.
type Failure struct {
	Code    string `json:"code"`
	Message string `json:"message"`
}

type envelope struct {
	Service string          `json:"service"`
	Request json.RawMessage `json:"request"`
}

type reply struct {
	Result  any      `json:"result,omitempty"`
	Missing []string `json:"missing,omitempty"`
	Read    []string `json:"read,omitempty"`
	Absent  []string `json:"absent,omitempty"`
	Failure *Failure `json:"failure,omitempty"`
}

func serve(bytes []byte) (encoded []byte) {
	defer func() {
		if caught := recover(); caught != nil {
			encoded = encode(reply{Failure: &Failure{Code: "RENDER_FAILED", Message: fmt.Sprint(caught)}})
		}
	}()
	var call envelope
	if err := json.Unmarshal(bytes, &call); err != nil {
		return encode(reply{Failure: &Failure{Code: "INTERNAL", Message: err.Error()}})
	}
	switch call.Service {
	case "kustomize":
		return encode(runKustomize(call.Request))
	case "helm":
		return encode(runHelm(call.Request))
	case "merge":
		return encode(runMerge(call.Request))
	}
	return encode(reply{Failure: &Failure{Code: "INTERNAL", Message: "no such service: " + call.Service}})
}

func encode(value reply) []byte {
	bytes, err := json.Marshal(value)
	if err != nil {
		bytes, _ = json.Marshal(reply{Failure: &Failure{Code: "INTERNAL", Message: err.Error()}})
	}
	return bytes
}

func failed(code string, err error) reply {
	return reply{Failure: &Failure{Code: code, Message: err.Error()}}
}
