package main

import (
	"bytes"
	"fmt"
	"io/fs"
	"path"
	"sort"
	"strings"
	"time"

	"helm.sh/helm/v3/pkg/chart/loader"
	"helm.sh/helm/v3/pkg/ignore"
)

// chartFolder is what Helm would load from a folder: all files but those that .helmignore names, in the order of its walk.
type chartFolder struct {
	names []string
	files map[string][]byte
	// all is set once files beside the chart proper were asked for.
	all bool
}

var byteOrderMark = []byte{0xEF, 0xBB, 0xBF}

// openChart says which files are wanted first: .helmignore, then those that make the chart.
func openChart(names []string, files map[string][]byte) (*chartFolder, []string, error) {
	rules := ignore.Empty()
	for _, name := range names {
		if name != ignore.HelmIgnore {
			continue
		}
		text, sent := files[name]
		if !sent {
			return nil, []string{name}, nil
		}
		parsed, err := ignore.Parse(bytes.NewReader(text))
		if err != nil {
			return nil, nil, fmt.Errorf("%s: %w", name, err)
		}
		rules = parsed
	}
	rules.AddDefaults()
	folder := &chartFolder{names: kept(names, rules), files: files}
	return folder, folder.missing(false), nil
}

func kept(names []string, rules *ignore.Rules) []string {
	// A slash sorts before every other character of a name: the order of a walk, folder by folder.
	sort.Slice(names, func(i, j int) bool {
		return strings.ReplaceAll(names[i], "/", "\x00") < strings.ReplaceAll(names[j], "/", "\x00")
	})
	skipped := map[string]bool{}
	var list []string
	for _, name := range names {
		bare := strings.TrimSuffix(name, "/")
		isFolder := bare != name
		if skipped[path.Dir(bare)] || rules.Ignore(bare, entry{name: path.Base(bare), folder: isFolder}) {
			skipped[bare] = true
		} else if !isFolder {
			list = append(list, name)
		}
	}
	return list
}

// isProper: the loader gives these a meaning of their own; all else is reached only through .Files.
func isProper(name string) bool {
	switch name {
	case "Chart.yaml", "Chart.lock", "values.yaml", "values.schema.json", "requirements.yaml", "requirements.lock":
		return true
	}
	return strings.HasPrefix(name, "templates/") || strings.HasPrefix(name, "crds/") || strings.HasPrefix(name, "charts/")
}

func (f *chartFolder) wanted(all bool) []string {
	var list []string
	for _, name := range f.names {
		if all || isProper(name) {
			list = append(list, name)
		}
	}
	return list
}

func (f *chartFolder) missing(all bool) []string {
	f.all = f.all || all
	var list []string
	for _, name := range f.wanted(all) {
		if _, sent := f.files[name]; !sent {
			list = append(list, name)
		}
	}
	return list
}

func (f *chartFolder) loadable(all bool) []*loader.BufferedFile {
	var list []*loader.BufferedFile
	for _, name := range f.wanted(all) {
		list = append(list, &loader.BufferedFile{Name: name, Data: bytes.TrimPrefix(f.files[name], byteOrderMark)})
	}
	return list
}

// tooLarge says which file Helm refuses to load.
func (f *chartFolder) tooLarge() string {
	for _, name := range f.wanted(f.all) {
		if size := len(f.files[name]); int64(size) > loader.MaxDecompressedFileSize {
			return fmt.Sprintf("%s: %d bytes are more than Helm loads of one file.", name, size)
		}
	}
	return ""
}

// read names the render's inputs.
func (f *chartFolder) read() []string {
	list := f.wanted(f.all)
	if _, sent := f.files[ignore.HelmIgnore]; sent {
		list = append(list, ignore.HelmIgnore)
	}
	return list
}

// entry is just as much of a file's description as the rules of .helmignore look at.
type entry struct {
	name   string
	folder bool
}

var _ fs.FileInfo = entry{}

func (e entry) Name() string       { return e.name }
func (e entry) Size() int64        { return 0 }
func (e entry) Mode() fs.FileMode  { return 0 }
func (e entry) ModTime() time.Time { return time.Time{} }
func (e entry) IsDir() bool        { return e.folder }
func (e entry) Sys() any           { return nil }
