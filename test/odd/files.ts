/** Rows of the README's table that are told of files, each tested under its name. */
export const oddFiles: readonly {
  readonly feature: string
  readonly answer: string
  readonly words: string
}[] = [
  { feature: 'Symbolic links within the repository', answer: 'served', words: 'followed, as kustomize does' },
  { feature: 'Symbolic links out of it', answer: 'refused', words: '`RENDER_SYMLINK_OUTSIDE`' },
  {
    feature: 'Submodule (a base inside)',
    answer: 'read',
    words:
      'at the commit that the superproject names; never written. Not checked out: `REPO_SUBMODULE_MISSING`',
  },
  {
    feature: 'Git LFS',
    answer: 'refused',
    words: '`RENDER_SEALED_FILE`: a pointer is no manifest; never edited as text',
  },
  { feature: 'git-crypt', answer: 'refused', words: 'likewise' },
  { feature: 'SOPS', answer: 'seen', words: 'rendered as it is committed; never edited as text' },
  {
    feature: 'File names that are not UTF-8',
    answer: 'seen',
    words: 'not read; a draft that would write one is refused',
  },
]
