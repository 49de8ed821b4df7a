package main

import (
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"sort"
	"strings"

	"sigs.k8s.io/kustomize/kyaml/filesys"
)

// tree is a file system over what the host has sent. A path that it does not know is recorded and looks absent: the host adds it, or says
// that it is absent, and asks again until nothing is missing.
type tree struct {
	files   map[string][]byte
	dirs    map[string][]string
	absent  map[string]bool
	missing map[string]bool
	read    map[string]bool
	looked  map[string]bool
}

var _ filesys.FileSystem = (*tree)(nil)

func (t *tree) clean(name string) string {
	return path.Join("/", filepath.ToSlash(name))
}

// know says whether the host has told about a path; an unknown one is asked for.
func (t *tree) know(name string) bool {
	_, file := t.files[name]
	_, dir := t.dirs[name]
	if file || dir || name == "/" {
		return true
	}
	if t.absent[name] {
		t.looked[name] = true
		return true
	}
	if siblings, ok := t.dirs[path.Dir(name)]; ok && !slices.Contains(siblings, path.Base(name)) {
		t.looked[name] = true
		return true
	}
	t.missing[name] = true
	return false
}

func (t *tree) IsDir(name string) bool {
	name = t.clean(name)
	if !t.know(name) {
		return false
	}
	_, ok := t.dirs[name]
	return ok || name == "/"
}

func (t *tree) Exists(name string) bool {
	name = t.clean(name)
	if !t.know(name) {
		return false
	}
	_, file := t.files[name]
	return file || t.IsDir(name)
}

func (t *tree) ReadFile(name string) ([]byte, error) {
	name = t.clean(name)
	if t.know(name) {
		if data, ok := t.files[name]; ok {
			t.read[name] = true
			return data, nil
		}
	}
	return nil, &fs.PathError{Op: "open", Path: name, Err: os.ErrNotExist}
}

func (t *tree) ReadDir(name string) ([]string, error) {
	name = t.clean(name)
	if !t.IsDir(name) {
		return nil, &fs.PathError{Op: "open", Path: name, Err: os.ErrNotExist}
	}
	return t.dirs[name], nil
}

func (t *tree) CleanedAbs(name string) (filesys.ConfirmedDir, string, error) {
	name = t.clean(name)
	if t.IsDir(name) {
		return filesys.ConfirmedDir(name), "", nil
	}
	if !t.Exists(name) {
		return "", "", fmt.Errorf("'%s' doesn't exist", name)
	}
	return filesys.ConfirmedDir(path.Dir(name)), path.Base(name), nil
}

func (t *tree) Glob(pattern string) ([]string, error) {
	pattern = t.clean(pattern)
	dir := path.Dir(pattern)
	if strings.ContainsAny(dir, "*?[") {
		return nil, fmt.Errorf("a pattern in a folder's name is not served: %s", pattern)
	}
	var found []string
	if t.IsDir(dir) {
		for _, entry := range t.dirs[dir] {
			if ok, err := path.Match(path.Base(pattern), entry); err != nil {
				return nil, err
			} else if ok {
				found = append(found, path.Join(dir, entry))
			}
		}
	}
	sort.Strings(found)
	return found, nil
}

func (t *tree) Walk(root string, walk filepath.WalkFunc) error {
	return readOnly("walk", root)
}

func (t *tree) Create(name string) (filesys.File, error) { return nil, readOnly("create", name) }
func (t *tree) Mkdir(name string) error                  { return readOnly("mkdir", name) }
func (t *tree) MkdirAll(name string) error               { return readOnly("mkdir", name) }
func (t *tree) RemoveAll(name string) error              { return readOnly("remove", name) }
func (t *tree) Open(name string) (filesys.File, error)   { return nil, readOnly("open", name) }
func (t *tree) WriteFile(name string, data []byte) error { return readOnly("write", name) }

func readOnly(op, name string) error {
	return &fs.PathError{Op: op, Path: name, Err: os.ErrPermission}
}
