import type { TestRepo } from './repo.ts'

/** The tree that git gives, or that it ends in a conflict; `astray`: it followed a rename, which it was told not to. */
export type Answer = { readonly answer: string; readonly astray: boolean }
export type AskGit = (
  commands: readonly (readonly string[])[],
  scope: {
    readonly head: string
    readonly paths: readonly string[]
    readonly own: ReadonlySet<string>
    readonly targets: readonly string[]
  },
) => Answer

/** What git itself does in a clone of its own. Only the chosen paths count: everything else goes back to head. */
export function answersOfGit(repo: TestRepo): AskGit {
  const tree = `${repo.dir}/reference`
  repo.at(repo.dir, 'clone', '-q', '--shared', repo.clone, tree)
  const run = (...args: readonly string[]) => repo.at(tree, ...args)
  const names = (text: string) => text.split('\0').filter((name) => name !== '')
  return (commands, { head, paths, own, targets }) => {
    run('reset', '-q', '--hard', head)
    run('clean', '-qfdx')
    const said: string[] = []
    let stopped = false
    for (const command of commands) {
      if (stopped) break
      try {
        said.push(run(...command))
      } catch (error) {
        // Nothing but a conflict is an answer.
        if (run('ls-files', '-u') === '') throw error
        said.push(error instanceof Error && 'stdout' in error ? String(error.stdout) : '')
        stopped = true
      }
    }
    const inside = (name: string) =>
      paths.some((path) => path === '.' || name === path || name.startsWith(`${path}/`))
    const unmerged = new Set(
      names(run('ls-files', '-u', '-z')).map((line) => line.slice(line.indexOf('\t') + 1)),
    )
    const touched = names(run('diff', '--cached', '--name-only', '--no-renames', '-z', 'HEAD'))
    const merged = [...said.join('\n').matchAll(/^Auto-merging (.*)$/gm)].map(([, name = '']) => name)
    const has = (revision: string, name: string) => run('ls-tree', revision, '--', name) !== ''
    // Two versions are merged where both sides have the file; else one of them was found under another name.
    const isFollowed = (name: string) => !has(head, name) || !targets.some((target) => has(target, name))
    const astray =
      [...unmerged, ...touched, ...merged].some((name) => !own.has(name)) ||
      merged.some(isFollowed) ||
      said.some((text) => text.includes('CONFLICT (rename/'))
    if ([...unmerged].some(inside)) return { answer: 'conflict', astray }
    const outside = [...new Set([...touched, ...unmerged])].filter((name) => !inside(name))
    if (outside.length > 0) run('reset', '-q', head, '--', ...outside)
    return { answer: run('write-tree'), astray }
  }
}
