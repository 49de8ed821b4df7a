// Package v1beta1 registers nothing: the capabilities of a render are passed in.
package v1beta1

import "k8s.io/apimachinery/pkg/runtime"

func AddToScheme(*runtime.Scheme) error { return nil }
