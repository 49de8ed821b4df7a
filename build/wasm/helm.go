package main

import (
	"encoding/json"
	"fmt"
	"regexp"
	"sort"
	"strings"

	"helm.sh/helm/v3/pkg/chart"
	"helm.sh/helm/v3/pkg/chart/loader"
	"helm.sh/helm/v3/pkg/chartutil"
	"helm.sh/helm/v3/pkg/engine"
	"helm.sh/helm/v3/pkg/releaseutil"
)

type helmRequest struct {
	// Names of everything in the chart's folder, relative to it; folders end with a slash. Files holds the contents sent so far.
	Names       []string          `json:"names"`
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

type helmResult struct {
	YAML string `json:"yaml"`
	// Shuffles: a template uses a function whose randomness the host cannot see.
	Shuffles bool `json:"shuffles"`
}

// runHelm gives the objects of `helm template --include-crds`, in its order: CRDs, manifests in install order, hooks. It asks first for the
// files that make the chart, and for the others only where a template can read them.
func runHelm(raw json.RawMessage) reply {
	var request helmRequest
	if err := json.Unmarshal(raw, &request); err != nil {
		return failed("INTERNAL", err)
	}
	folder, missing, err := openChart(request.Names, request.Files)
	if err != nil {
		return failed("RENDER_FAILED", err)
	}
	if len(missing) > 0 {
		return reply{Missing: missing}
	}
	loaded, err := loader.LoadFiles(folder.loadable(false))
	if err == nil && mentions(loaded, request.Values, readsFiles) {
		if missing := folder.missing(true); len(missing) > 0 {
			return reply{Missing: missing}
		}
		loaded, err = loader.LoadFiles(folder.loadable(true))
	}
	if err != nil {
		return failed("RENDER_FAILED", err)
	}
	if large := folder.tooLarge(); large != "" {
		return reply{Failure: &Failure{Code: "RENDER_TOO_LARGE", Message: large}}
	}
	shuffles := mentions(loaded, request.Values, shuffling)
	text, refused := template(loaded, request)
	if refused != nil {
		return reply{Failure: refused}
	}
	return reply{Result: helmResult{YAML: text, Shuffles: shuffles}, Read: folder.read()}
}

// template follows `helm template`: what it checks, in its order.
func template(loaded *chart.Chart, request helmRequest) (string, *Failure) {
	if err := chartutil.ValidateReleaseName(request.Release); err != nil {
		return "", &Failure{Code: "RENDER_FAILED", Message: fmt.Sprintf("release name %q: %s", request.Release, err)}
	}
	if kind := loaded.Metadata.Type; kind != "" && kind != "application" {
		return "", &Failure{Code: "RENDER_FAILED", Message: fmt.Sprintf("%s: %s charts are not installable", loaded.Name(), kind)}
	}
	if missing := missingDependencies(loaded); len(missing) > 0 {
		message := fmt.Sprintf("%s: %s not in charts/.", loaded.Name(), strings.Join(missing, ", "))
		return "", &Failure{Code: "RENDER_CHART_DEPENDENCY_MISSING", Message: message}
	}
	rendered, capabilities, err := renderTemplates(loaded, request)
	if err == nil {
		var text string
		if text, err = printAll(loaded, rendered, capabilities); err == nil {
			return text, nil
		}
	}
	return "", &Failure{Code: "RENDER_FAILED", Message: err.Error()}
}

func renderTemplates(loaded *chart.Chart, request helmRequest) (map[string]string, *chartutil.Capabilities, error) {
	values, err := mergeValues(request.Values)
	if err != nil {
		return nil, nil, err
	}
	if err := chartutil.ProcessDependenciesWithMerge(loaded, values); err != nil {
		return nil, nil, err
	}
	capabilities, err := capabilitiesOf(request)
	if err != nil {
		return nil, nil, err
	}
	options := chartutil.ReleaseOptions{Name: request.Release, Namespace: request.Namespace, Revision: 1, IsInstall: true}
	top, err := chartutil.ToRenderValuesWithSchemaValidation(loaded, values, options, capabilities, false)
	if err != nil {
		return nil, nil, err
	}
	if wanted := loaded.Metadata.KubeVersion; wanted != "" && !chartutil.IsCompatibleRange(wanted, capabilities.KubeVersion.String()) {
		return nil, nil, fmt.Errorf("chart requires kubeVersion: %s which is incompatible with Kubernetes %s", wanted, capabilities.KubeVersion.String())
	}
	rendered, err := engine.Engine{}.Render(loaded, top)
	return rendered, capabilities, err
}

var (
	// readsFiles: only through .Files, by whatever way it is reached, can a template see files that are no part of the chart proper.
	readsFiles = regexp.MustCompile(`Files`)
	// shuffling functions draw from math/rand, which asks the host for nothing.
	shuffling = regexp.MustCompile(`\b(randInt|shuffle)\b`)
)

// mentions looks through all templates, those of subcharts and packed ones included, and through all values, which `tpl` may render.
func mentions(loaded *chart.Chart, values []valuesFile, pattern *regexp.Regexp) bool {
	for _, file := range values {
		if pattern.MatchString(file.Text) {
			return true
		}
	}
	for _, list := range [][]*chart.File{loaded.Templates, loaded.Raw} {
		for _, file := range list {
			if (strings.HasPrefix(file.Name, "templates/") || file.Name == "values.yaml") && pattern.Match(file.Data) {
				return true
			}
		}
	}
	for _, dependency := range loaded.Dependencies() {
		if mentions(dependency, nil, pattern) {
			return true
		}
	}
	return false
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
		if strings.HasSuffix(name, "NOTES.txt") {
			delete(rendered, name)
		}
	}
	hooks, manifests, err := releaseutil.SortManifests(rendered, capabilities.APIVersions, releaseutil.InstallOrder)
	if err != nil {
		return "", err
	}
	sortDependencies(loaded)
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

// sortDependencies: the loader walks a map, so that the CRDs of two subcharts come in another order each time.
func sortDependencies(loaded *chart.Chart) {
	list := append([]*chart.Chart{}, loaded.Dependencies()...)
	sort.SliceStable(list, func(i, j int) bool { return list[i].Name() < list[j].Name() })
	loaded.SetDependencies(list...)
	for _, dependency := range list {
		sortDependencies(dependency)
	}
}
