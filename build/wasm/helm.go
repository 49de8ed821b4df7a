package main

import (
	"encoding/json"
	"fmt"
	"path"
	"sort"
	"strings"

	"helm.sh/helm/v3/pkg/chart"
	"helm.sh/helm/v3/pkg/chart/loader"
	"helm.sh/helm/v3/pkg/chartutil"
	"helm.sh/helm/v3/pkg/engine"
	"helm.sh/helm/v3/pkg/releaseutil"
)

type helmRequest struct {
	Files       map[string][]byte `json:"files"`
	Values      []valuesFile      `json:"values"`
	Release     string            `json:"release"`
	Namespace   string            `json:"namespace"`
	KubeVersion string            `json:"kubeVersion"`
	APIVersions []string          `json:"apiVersions"`
}

type valuesFile struct {
	Path string `json:"path"`
	Text string `json:"text"`
}

// runHelm gives the objects of `helm template --include-crds`, in its order: CRDs, manifests in install order, hooks.
func runHelm(raw json.RawMessage) reply {
	var request helmRequest
	if err := json.Unmarshal(raw, &request); err != nil {
		return failed("INTERNAL", err)
	}
	loaded, err := loader.LoadFiles(buffered(request.Files))
	if err != nil {
		return failed("RENDER_FAILED", err)
	}
	values, err := mergeValues(request.Values)
	if err != nil {
		return failed("RENDER_FAILED", err)
	}
	if missing := missingDependencies(loaded); len(missing) > 0 {
		message := fmt.Sprintf("%s: %s not in charts/.", loaded.Name(), strings.Join(missing, ", "))
		return reply{Failure: &Failure{Code: "RENDER_CHART_DEPENDENCY_MISSING", Message: message}}
	}
	if err := chartutil.ProcessDependenciesWithMerge(loaded, values); err != nil {
		return failed("RENDER_FAILED", err)
	}
	capabilities, err := capabilitiesOf(request)
	if err != nil {
		return failed("RENDER_FAILED", err)
	}
	options := chartutil.ReleaseOptions{Name: request.Release, Namespace: request.Namespace, Revision: 1, IsInstall: true}
	top, err := chartutil.ToRenderValuesWithSchemaValidation(loaded, values, options, capabilities, false)
	if err != nil {
		return failed("RENDER_FAILED", err)
	}
	rendered, err := engine.Engine{}.Render(loaded, top)
	if err != nil {
		return failed("RENDER_FAILED", err)
	}
	text, err := printAll(loaded, rendered, capabilities)
	if err != nil {
		return failed("RENDER_FAILED", err)
	}
	return reply{Result: yamlResult{YAML: text}}
}

func buffered(files map[string][]byte) []*loader.BufferedFile {
	names := make([]string, 0, len(files))
	for name := range files {
		names = append(names, name)
	}
	sort.Strings(names)
	list := make([]*loader.BufferedFile, 0, len(names))
	for _, name := range names {
		list = append(list, &loader.BufferedFile{Name: name, Data: files[name]})
	}
	return list
}

// mergeValues lets later files win, key by key, as repeated --values do.
func mergeValues(files []valuesFile) (map[string]any, error) {
	merged := map[string]any{}
	for _, file := range files {
		values, err := chartutil.ReadValues([]byte(file.Text))
		if err != nil {
			return nil, fmt.Errorf("%s: %w", file.Path, err)
		}
		merged = overlay(merged, values.AsMap())
	}
	return merged, nil
}

func overlay(under, over map[string]any) map[string]any {
	result := make(map[string]any, len(under))
	for key, value := range under {
		result[key] = value
	}
	for key, value := range over {
		if child, ok := value.(map[string]any); ok {
			if base, ok := result[key].(map[string]any); ok {
				result[key] = overlay(base, child)
				continue
			}
		}
		result[key] = value
	}
	return result
}

func missingDependencies(loaded *chart.Chart) []string {
	have := map[string]bool{}
	for _, dependency := range loaded.Dependencies() {
		have[dependency.Name()] = true
	}
	var missing []string
	for _, wanted := range loaded.Metadata.Dependencies {
		if !have[wanted.Name] {
			missing = append(missing, wanted.Name)
		}
	}
	return missing
}

func capabilitiesOf(request helmRequest) (*chartutil.Capabilities, error) {
	capabilities := chartutil.DefaultCapabilities.Copy()
	version, err := chartutil.ParseKubeVersion(request.KubeVersion)
	if err != nil {
		return nil, err
	}
	capabilities.KubeVersion = *version
	capabilities.APIVersions = chartutil.VersionSet(request.APIVersions)
	return capabilities, nil
}

func printAll(loaded *chart.Chart, rendered map[string]string, capabilities *chartutil.Capabilities) (string, error) {
	for name := range rendered {
		if strings.HasSuffix(name, "NOTES.txt") || strings.HasPrefix(path.Base(name), "_") {
			delete(rendered, name)
		}
	}
	hooks, manifests, err := releaseutil.SortManifests(rendered, capabilities.APIVersions, releaseutil.InstallOrder)
	if err != nil {
		return "", err
	}
	var text strings.Builder
	for _, crd := range loaded.CRDObjects() {
		fmt.Fprintf(&text, "---\n# Source: %s\n%s\n", crd.Filename, crd.File.Data)
	}
	for _, manifest := range manifests {
		fmt.Fprintf(&text, "---\n# Source: %s\n%s\n", manifest.Name, manifest.Content)
	}
	for _, hook := range hooks {
		fmt.Fprintf(&text, "---\n# Source: %s\n%s\n", hook.Path, hook.Manifest)
	}
	return text.String(), nil
}
