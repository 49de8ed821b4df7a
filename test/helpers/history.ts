import type { TestRepo } from './repo.ts'

/** mulberry32: the same cases on every machine. */
export function random(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) % below
  }
}

const files = [
  'app/base/web.yaml',
  'app/base/db.yaml',
  'app/prod/k.yaml',
  'app/odd name é.yaml',
  'other/x.yaml',
  'README',
]

/**
 * Commits of the first parent of `main`: edits, added lines, removals and new files over a few files; every eighth is the merge of a side
 * branch.
 */
export function grow(repo: TestRepo, next: (below: number) => number, commits: number): readonly string[] {
  const state = new Map<string, readonly string[]>()
  const oids: string[] = []
  const change = (index: number, only = files): Readonly<Record<string, string | null>> => {
    const changes: Record<string, string | null> = {}
    for (let n = 0; n <= next(2); n++) {
      const file = only[next(only.length)] ?? 'README'
      const known = state.get(file)
      if (known !== undefined && next(12) === 0) {
        state.delete(file)
        changes[file] = null
        continue
      }
      const lines = [...(known ?? Array.from({ length: 60 }, (_, line) => `line ${line}: 0`))]
      lines[next(lines.length)] = `line: ${index}`
      if (next(4) === 0) lines.splice(next(lines.length), 0, `added ${index}`)
      state.set(file, lines)
      changes[file] = `${lines.join('\n')}\n`
    }
    return changes
  }
  for (let index = 0; index < commits; index++) {
    if (index % 8 === 7) {
      repo.git('switch', '-q', '-c', `side-${index}`)
      repo.commit(`side ${index}`, change(index))
      repo.git('switch', '-q', 'main')
      repo.git('merge', '-q', '--no-ff', '-m', `merge ${index}`, `side-${index}`)
      oids.push(repo.git('rev-parse', 'HEAD'))
    } else {
      oids.push(repo.commit(`change ${index}`, change(index)))
    }
  }
  return oids
}
