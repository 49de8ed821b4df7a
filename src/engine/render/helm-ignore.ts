/**
 * Rules of a .helmignore (Helm's `internal/ignore`): one pattern a line, `!` negates, a trailing `/` means folders only, a pattern without `/`
 * matches the name alone. `templates/.?*` is always ignored, as Helm does.
 */
export function parseIgnore(text: string): (path: string, isDir: boolean) => boolean {
  const rules = ['templates/.?*', ...text.split('\n')]
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#') && !line.includes('**'))
    .map(toRule)
  return (path, isDir) => {
    let ignored = false
    for (const rule of rules) {
      if (rule.folderOnly && !isDir) continue
      const subject = rule.wholePath ? path : (path.split('/').at(-1) ?? path)
      if (rule.pattern.test(subject)) ignored = !rule.negated
    }
    return ignored
  }
}

function toRule(line: string) {
  const negated = line.startsWith('!')
  const body = negated ? line.slice(1) : line
  const folderOnly = body.endsWith('/')
  const bare = body.replace(/\/$/, '')
  return { negated, folderOnly, wholePath: bare.includes('/'), pattern: glob(bare.replace(/^\//, '')) }
}

/** `*` and `?` within one path segment, `[...]` as it stands. */
function glob(pattern: string): RegExp {
  const source = pattern
    .replaceAll(/[.+^${}()|\\]/g, String.raw`\$&`)
    .replaceAll('*', '[^/]*')
    .replaceAll('?', '[^/]')
  return new RegExp(`^${source}$`)
}
