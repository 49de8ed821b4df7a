// Package scheme is empty: the capabilities of a render are passed in.
package scheme

import "k8s.io/apimachinery/pkg/runtime"

var Scheme = runtime.NewScheme()
