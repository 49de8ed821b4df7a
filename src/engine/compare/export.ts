import { createTwoFilesPatch } from 'diff'
import type { Comparison, FileDiff, ManifestDiff } from '#contract'

/** The files as a patch in Git's form, secrets masked (it is for reading and review: where something is masked it would not apply). */
export function comparisonPatch({ files }: Pick<Comparison, 'files'>): string {
  return files.map(filePatch).join('')
}

function filePatch({ path, before, after, opaque }: FileDiff): string {
  const head = `diff --git a/${path} b/${path}\n`
  if (opaque) return `${head}Binary files differ: ${before ?? 'none'} -> ${after ?? 'none'}\n`
  return (
    head +
    unified(
      before === undefined ? '/dev/null' : `a/${path}`,
      after === undefined ? '/dev/null' : `b/${path}`,
      before,
      after,
    )
  )
}

function unified(from: string, to: string, before: string | undefined, after: string | undefined): string {
  const text = createTwoFilesPatch(from, to, before ?? '', after ?? '', undefined, undefined, { context: 3 })
  // The library draws a line of its own above the names.
  return text.slice(text.indexOf('--- '))
}

/** For a merge request or a report: what changes object by object, then each object's difference. */
export function comparisonMarkdown(name: string, comparison: Comparison): string {
  const { from, to, changes, manifests, files, problems } = comparison
  const lines = [
    `# ${name}: ${from.words} -> ${to.words}`,
    '',
    ...(changes.length === 0 ? ['Nothing differs in meaning.'] : []),
    ...changes.map(({ key, kind, words }) => `- **${key.kind}/${key.name}** ${kind}: ${words.join(', ')}`),
    ...problems.map(({ message }) => `- _${message}_`),
    '',
    ...(files.length === 0 ? [] : ['## Files', '', ...files.map(({ path }) => `- \`${path}\``), '']),
    ...manifests.flatMap(section),
  ]
  return `${lines.join('\n').trimEnd()}\n`
}

function section({ key, before, after }: ManifestDiff): readonly string[] {
  const patch = unified('before', 'after', before, after).trimEnd()
  // A fence longer than any in the text: a manifest may hold Markdown.
  const longest = Math.max(3, ...[...patch.matchAll(/`{3,}/g)].map(([ticks]) => ticks.length + 1))
  const fence = '`'.repeat(longest)
  return [`## ${key.kind}/${key.name}`, '', `${fence}diff`, patch, fence, '']
}
