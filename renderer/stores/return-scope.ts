import type { App } from '#contract'

/** The folders that hold an app, nearest first; `.` is the clone. */
export function foldersAbove(path: string): readonly string[] {
  const parts = path.split('/').filter((part) => part !== '' && part !== '.')
  const above = parts.map((_part, index) => parts.slice(0, index).join('/')).slice(1)
  return parts.length === 0 ? [] : [...above.toReversed(), '.']
}

/** Apps that could return in the same commit: of the same clone and branch. */
export function neighboursOf(apps: readonly App[], app: App): readonly App[] {
  return apps.filter(
    ({ id, spec }) => id !== app.id && spec.cloneId === app.spec.cloneId && spec.branch === app.spec.branch,
  )
}
