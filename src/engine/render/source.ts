/** One entry of a folder in a Git tree. */
export type SourceEntry = {
  readonly name: string
  readonly kind: 'file' | 'dir' | 'symlink' | 'submodule'
  readonly oid: string
}

/** Files of one tree; never the disk. The Git room's `TreeSource` is one. */
export type TreeSource = {
  /** Equal ids have equal contents. */
  readonly id: string
  readonly list: (dir: string) => Promise<readonly SourceEntry[] | undefined>
  readonly read: (path: string) => Promise<Uint8Array | undefined>
  readonly oidOf: (path: string) => Promise<string | undefined>
  /** What a path is that leads through folders alone; `unsure` where a link or a submodule lies on it. A source that cannot tell has none. */
  readonly plainAt?: (path: string) => Promise<'file' | 'dir' | 'absent' | 'unsure'>
}
