import { oddClones } from './clones.ts'
import { oddFiles } from './files.ts'
import { ways } from './ways.ts'

/** The README's table of what Git can do: a row for each test of this folder, so that it says neither more nor less than is tested. */
export function featureTable(): string {
  const clones = oddClones.slice(1).map(({ feature, words }) => ({ feature, answer: 'served', words }))
  const rows = [...clones, ...oddFiles, ...refused]
  return tableOf('Git has', rows)
}

/** The README's table of what is done with Git. */
export function waysTable(): string {
  return tableOf('With Git', ways)
}

function tableOf(
  head: string,
  rows: readonly { readonly feature: string; readonly answer: string; readonly words: string }[],
): string {
  return [
    `| ${head} | here | |`,
    '| --- | --- | --- |',
    ...rows.map(({ feature, answer, words }) => `| ${feature} | ${answer} | ${words} |`),
  ].join('\n')
}

/** Refused as a whole; tested in `engine/git/open.git` and the hostile repositories. */
const refused = [
  { feature: 'A work tree elsewhere (`core.worktree`)', answer: 'refused', words: '`REPO_UNSUPPORTED`' },
  { feature: 'Repository formats that Git does not know', answer: 'refused', words: '`REPO_UNSUPPORTED`' },
  {
    feature: 'Trees with `..`, `.git` or their look-alikes',
    answer: 'refused',
    words: '`REPO_UNSAFE_NAMES`',
  },
  {
    feature: 'Files over 64 MB',
    answer: 'seen',
    words: 'by their size; as a manifest, `OBJECT_TOO_LARGE`',
  },
  {
    feature: 'Trees of over 5 million files',
    answer: 'read',
    words: 'no commit is made there: `REPO_TOO_LARGE`',
  },
] as const
