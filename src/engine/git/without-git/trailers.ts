import type { Oid } from '#contract'
import { plain } from '../commit.ts'
import type { Commits } from './commits.ts'

/** One trailer's values by commit; a commit without it is not in the answer. */
export async function readTrailersWithoutGit(
  commits: Commits,
  request: { readonly key: string; readonly oids: readonly Oid[] },
): Promise<ReadonlyMap<Oid, readonly string[]>> {
  const found = new Map<Oid, readonly string[]>()
  for (const oid of request.oids) {
    const values = trailersOf((await commits.read(oid)).message, request.key)
    if (values.length > 0) found.set(oid, values)
  }
  return found
}

/** Of the last paragraph, where each of its lines is a trailer or goes on with one; the subject is never one. */
function trailersOf(message: string, key: string): readonly string[] {
  const paragraphs = message.trim().split(/\n[ \t]*\n/)
  const lines = paragraphs.length < 2 ? [] : (paragraphs.at(-1)?.split('\n') ?? [])
  if (!lines.every((line) => /^([A-Za-z0-9-]+[ \t]*:|[ \t]|\(cherry picked from)/.test(line))) return []
  const wanted = key.toLowerCase()
  return lines
    .join('\n')
    .replaceAll(/\n[ \t]+/g, ' ')
    .split('\n')
    .flatMap((line) => {
      const [, name = '', value = ''] = /^([A-Za-z0-9-]+)[ \t]*:(.*)$/.exec(line) ?? []
      return name.toLowerCase() === wanted && value.trim() !== '' ? [plain(value.trim())] : []
    })
}
