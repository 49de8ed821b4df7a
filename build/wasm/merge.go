package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/util/managedfields"
	"k8s.io/kube-openapi/pkg/spec3"
	"k8s.io/kube-openapi/pkg/validation/spec"
	"sigs.k8s.io/structured-merge-diff/v6/fieldpath"
)

// mergeRequest is one write as the API server's field manager sees it. Schemas are named: the documents (/openapi/v3/...) are sent once,
// when the answer says that they are missing. Empty Schemas = types are deduced, as for objects without a schema.
type mergeRequest struct {
	Op          string           `json:"op"` // apply | update
	Live        map[string]any   `json:"live"`
	Object      map[string]any   `json:"object"`
	Manager     string           `json:"manager"`
	Force       bool             `json:"force"`
	Subresource string           `json:"subresource"`
	Schemas     string           `json:"schemas"`
	Documents   []*spec3.OpenAPI `json:"documents"`
}

type mergeResult struct {
	Object map[string]any       `json:"object,omitempty"`
	Causes []metav1.StatusCause `json:"causes,omitempty"`
}

var converters = map[string]managedfields.TypeConverter{}

func runMerge(raw json.RawMessage) reply {
	var request mergeRequest
	if err := json.Unmarshal(raw, &request); err != nil {
		return failed("INTERNAL", err)
	}
	converter, err := converterFor(request)
	if err != nil {
		return failed("MERGE_FAILED", err)
	}
	if converter == nil {
		return reply{Missing: []string{request.Schemas}}
	}
	merged, err := merge(converter, request)
	var status *apierrors.StatusError
	if errors.As(err, &status) && status.ErrStatus.Reason == metav1.StatusReasonConflict {
		return reply{Result: mergeResult{Causes: status.ErrStatus.Details.Causes}}
	}
	if err != nil {
		return failed("MERGE_FAILED", err)
	}
	return reply{Result: mergeResult{Object: merged}}
}

func converterFor(request mergeRequest) (managedfields.TypeConverter, error) {
	if request.Schemas == "" {
		return managedfields.NewDeducedTypeConverter(), nil
	}
	if known, ok := converters[request.Schemas]; ok {
		return known, nil
	}
	if len(request.Documents) == 0 {
		return nil, nil
	}
	models := map[string]*spec.Schema{}
	for _, document := range request.Documents {
		if document.Components == nil {
			continue
		}
		for name, model := range document.Components.Schemas {
			models[name] = model
		}
	}
	converter, err := managedfields.NewTypeConverter(models, false)
	if err == nil {
		converters[request.Schemas] = converter
	}
	return converter, err
}

func merge(converter managedfields.TypeConverter, request mergeRequest) (map[string]any, error) {
	object := &unstructured.Unstructured{Object: request.Object}
	kind := object.GroupVersionKind()
	live := &unstructured.Unstructured{Object: request.Live}
	if request.Live == nil {
		live = &unstructured.Unstructured{Object: map[string]any{}}
		live.SetGroupVersionKind(kind)
	}
	none := asItIs{}
	fields, err := managedfields.NewDefaultFieldManager(converter, none, none, none, kind, kind.GroupVersion(), request.Subresource, resetFields(kind, request.Subresource))
	if err != nil {
		return nil, err
	}
	var result runtime.Object
	switch request.Op {
	case "apply":
		result, err = fields.Apply(live, object, request.Manager, request.Force)
	case "update":
		result, err = fields.Update(live, object, request.Manager)
	default:
		err = fmt.Errorf("no such operation: %s", request.Op)
	}
	if err != nil {
		return nil, err
	}
	merged, ok := result.(*unstructured.Unstructured)
	if !ok {
		return nil, fmt.Errorf("the merge gave a %T", result)
	}
	return merged.Object, nil
}

// resetFields: an ordinary write does not own the status, a write of the status owns nothing else (as the server's strategies have it).
func resetFields(kind schema.GroupVersionKind, subresource string) map[fieldpath.APIVersion]fieldpath.Filter {
	paths := fieldpath.NewSet(fieldpath.MakePathOrDie("status"))
	if strings.HasPrefix(subresource, "status") {
		paths = fieldpath.NewSet(fieldpath.MakePathOrDie("spec"), fieldpath.MakePathOrDie("metadata", "labels"))
	}
	return map[fieldpath.APIVersion]fieldpath.Filter{
		fieldpath.APIVersion(kind.GroupVersion().String()): fieldpath.NewExcludeSetFilter(paths),
	}
}

// asItIs converts, defaults and creates nothing: there is one version of each object here.
type asItIs struct{}

func (asItIs) Convert(in, out, context any) error { return errors.New("no conversion") }
func (asItIs) ConvertToVersion(in runtime.Object, _ runtime.GroupVersioner) (runtime.Object, error) {
	return in, nil
}
func (asItIs) ConvertFieldLabel(_ schema.GroupVersionKind, label, value string) (string, string, error) {
	return label, value, nil
}
func (asItIs) Default(runtime.Object) {}
func (asItIs) New(kind schema.GroupVersionKind) (runtime.Object, error) {
	object := &unstructured.Unstructured{Object: map[string]any{}}
	object.SetGroupVersionKind(kind)
	return object, nil
}
