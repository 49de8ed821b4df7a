package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"path"
	"regexp"
	"slices"
	"sort"
	"strings"

	"sigs.k8s.io/kustomize/api/krusty"
	"sigs.k8s.io/kustomize/api/types"
	"sigs.k8s.io/kustomize/kyaml/filesys"
	"sigs.k8s.io/yaml"
)

type kustomizeRequest struct {
	Path   string              `json:"path"`
	Files  map[string][]byte   `json:"files"`
	Dirs   map[string][]string `json:"dirs"`
	Absent []string            `json:"absent"`
}

type yamlResult struct {
	YAML string `json:"yaml"`
}

// runKustomize gives exactly what `kustomize build` gives, with its default options.
func runKustomize(raw json.RawMessage) reply {
	var request kustomizeRequest
	if err := json.Unmarshal(raw, &request); err != nil {
		return failed("INTERNAL", err)
	}
	files := &tree{files: request.Files, dirs: request.Dirs, absent: map[string]bool{}, missing: map[string]bool{}, read: map[string]bool{}, looked: map[string]bool{}}
	for _, name := range request.Absent {
		files.absent[name] = true
	}
	guard := &guarded{tree: files}
	options := krusty.MakeDefaultOptions()
	// As the command line does: the kustomization's own sortOptions, else by kind.
	options.Reorder = krusty.ReorderOptionUnspecified
	resources, err := krusty.MakeKustomizer(options).Run(guard, path.Join("/", request.Path))
	if guard.refused != nil {
		return reply{Failure: guard.refused}
	}
	if len(files.missing) > 0 {
		return reply{Missing: sortedKeys(files.missing)}
	}
	if err != nil {
		return reply{Failure: &Failure{Code: codeOf(err), Message: err.Error()}}
	}
	text, err := resources.AsYaml()
	if err != nil {
		return failed("RENDER_FAILED", err)
	}
	return reply{Result: yamlResult{YAML: string(text)}, Read: sortedKeys(files.read), Absent: sortedKeys(files.looked)}
}

func codeOf(err error) string {
	if types.IsErrOnlyBuiltinPluginsAllowed(err) {
		return "RENDER_PLUGIN_REFUSED"
	}
	return "RENDER_FAILED"
}

// guarded looks at every kustomization as it is read: what would need the network or another program is refused by name, before kustomize
// tries it.
type guarded struct {
	*tree
	refused *Failure
}

var _ filesys.FileSystem = (*guarded)(nil)

func (g *guarded) ReadFile(name string) ([]byte, error) {
	data, err := g.tree.ReadFile(name)
	if err == nil && isKustomization(path.Base(g.clean(name))) {
		if refused := refuse(g.clean(name), data); refused != nil {
			if g.refused == nil {
				g.refused = refused
			}
			return nil, errors.New(refused.Message)
		}
	}
	return data, err
}

func isKustomization(name string) bool {
	return name == "kustomization.yaml" || name == "kustomization.yml" || name == "Kustomization"
}

func refuse(name string, data []byte) *Failure {
	var content struct {
		types.Kustomization `json:",inline"`
	}
	if err := yaml.Unmarshal(data, &content); err != nil {
		return nil // kustomize says it better, with its line.
	}
	file := strings.TrimPrefix(name, "/")
	k := content.Kustomization
	for _, entry := range named(k) {
		if isRemote(entry) {
			return &Failure{Code: "RENDER_REMOTE_BASE", Message: fmt.Sprintf("%s names %s, which would need the network.", file, entry)}
		}
	}
	if len(k.HelmCharts) > 0 || k.HelmGlobals != nil || len(k.HelmChartInflationGenerator) > 0 {
		return &Failure{Code: "RENDER_HELM_CHARTS_FIELD", Message: file + " has helmCharts, which are not rendered."}
	}
	return nil
}

// named lists every path that kustomize would also take a URL for.
func named(k types.Kustomization) []string {
	list := slices.Concat(k.Resources, k.Components, k.Crds, k.Bases, k.Configurations, k.Generators, k.Transformers, k.Validators)
	for _, patch := range k.PatchesStrategicMerge {
		list = append(list, string(patch))
	}
	for _, patch := range slices.Concat(k.Patches, k.PatchesJson6902) {
		list = append(list, patch.Path)
	}
	for _, replacement := range k.Replacements {
		list = append(list, replacement.Path)
	}
	var sources []types.KvPairSources
	for _, generator := range k.ConfigMapGenerator {
		sources = append(sources, generator.KvPairSources)
	}
	for _, generator := range k.SecretGenerator {
		sources = append(sources, generator.KvPairSources)
	}
	for _, source := range sources {
		list = append(list, source.EnvSources...)
		for _, entry := range source.FileSources {
			// A key may stand before the path.
			_, value, keyed := strings.Cut(entry, "=")
			if keyed && !isRemote(entry) {
				entry = value
			}
			list = append(list, entry)
		}
	}
	return append(list, k.OpenAPI["path"])
}

var remote = regexp.MustCompile(`^([a-z+]+://|git::|[\w.-]+@[\w.-]+:|(www\.)?(github|gitlab|bitbucket)\.(com|org)[/:])|\?ref=|\.git(//|$|/)`)

// isRemote: what spans lines is written inline and names nothing.
func isRemote(entry string) bool {
	return !strings.Contains(entry, "\n") && remote.MatchString(entry)
}

func sortedKeys(set map[string]bool) []string {
	keys := make([]string, 0, len(set))
	for key := range set {
		keys = append(keys, key)
	}
	sort.Strings(keys)
	return keys
}
