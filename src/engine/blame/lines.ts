import type { Origin } from '#contract'
import { linesOf, redactLine, secretWords } from '#core'
import type { Sources } from '#core'
import type { BlamedLine, Repo, TreeSource } from '../git/index.ts'
import type { Proof, Proven } from './prove.ts'

export type LinePorts = {
  readonly repo: Repo
  readonly source: TreeSource
  readonly revision: string
  readonly sources: Sources
  readonly signal?: AbortSignal | undefined
}

type Located = Proven & { readonly line: number; readonly endLine: number }

/** Places as they are told: file, lines, text without secrets, and the commit that git blames for them. One origin for each line. */
export async function toOrigins(ports: LinePorts, proof: Proof): Promise<readonly Origin[]> {
  const located = onePerLine(
    proof.proven.map((one) => ({ ...one, ...linesOf(one.place, fileOf(ports, one)) })),
  )
  const blamed = await blameFiles(ports, located)
  const origins = located.map((one) => toOrigin(ports, proof, one))
  return Promise.all(
    origins.map(async (origin, index): Promise<Origin> => {
      const { place, line, endLine } = located[index] ?? { place: { file: '' }, line: 0, endLine: 0 }
      const lines = (blamed.get(place.file) ?? []).filter((one) => one.line >= line && one.line <= endLine)
      return { ...origin, ...(await newest(ports.repo, lines)) }
    }),
  )
}

/** Places that could not be tried, and that look like the field. */
export function toPossible(ports: LinePorts, proof: Proof, most: number): readonly Origin[] {
  return onePerLine(proof.refused.map((one) => ({ ...one, ...linesOf(one.place, fileOf(ports, one)) })))
    .slice(0, most)
    .map((one) => ({
      ...toOrigin(ports, proof, one),
      certainty: 'possible',
      why: 'It could not be tried: nothing renders with another value here.',
    }))
}

function fileOf({ sources }: LinePorts, { place }: Proven) {
  return sources.files.find(({ path }) => path === place.file) ?? { path: place.file, text: '' }
}

function onePerLine(located: readonly Located[]): readonly Located[] {
  const byLine = new Map<string, Located>()
  for (const one of located) {
    const id = `${one.place.file}:${one.line}`
    const known = byLine.get(id)
    byLine.set(id, known === undefined ? one : { ...known, secret: known.secret || one.secret })
  }
  return [...byLine.values()]
}

function toOrigin(ports: LinePorts, proof: Proof, one: Located): Origin {
  const { place, role, share, line, endLine } = one
  return {
    role,
    certainty: 'proved',
    ...(share === undefined ? {} : { share }),
    file: place.file,
    line,
    ...(endLine > line ? { endLine } : {}),
    text: shownLine(fileOf(ports, one).text, one, proof.layers.secrets.has(place.file)),
  }
}

const maxShown = 300

/** A place that a Secret's value comes from may be called anything: of its line only what stands before the value is shown. */
function shownLine(text: string, { place, line, secret }: Located, isSecretFile: boolean): string {
  if (secret || isSecretFile) {
    const start = text.lastIndexOf('\n', place.from - 1) + 1
    const before = text.slice(start, place.from)
    // Only a key of its own: on a line of JSON other secrets stand before it.
    const head = /^[\s-]*["']?[\w./-]*["']?[ \t]*[:=]?[ \t]*["']?$/.test(before) ? before : ''
    // Of a generator's literal the key is open; of anything else an equals sign is the end of base64.
    const isLiteral = place.path.includes('literals')
    const literal = isLiteral ? (/^[\w.-]+=/.exec(String(place.value))?.[0] ?? '') : ''
    return `${head.trimStart()}${literal}${secretWords.hidden}`
  }
  const shown = redactLine(text, line).trim()
  return shown.length > maxShown ? `${shown.slice(0, maxShown)} …` : shown
}

async function blameFiles(
  { repo, source, revision, signal }: LinePorts,
  located: readonly Located[],
): Promise<ReadonlyMap<string, readonly BlamedLine[]>> {
  const byFile = Map.groupBy(located, ({ place }) => place.file)
  const entries = await Promise.all(
    [...byFile].map(async ([path, places]) => {
      if (await isInSubmodule(source, path)) return [path, []] as const
      const ranges = places.map(({ line, endLine }) => ({ from: line, to: endLine }))
      return [path, await repo.blame({ revision, path, ranges, signal })] as const
    }),
  )
  return new Map(entries)
}

/** Its lines are another repository's: this one only says which commit of it. */
async function isInSubmodule(source: TreeSource, path: string): Promise<boolean> {
  const parts = path.split('/')
  for (const [depth, name] of parts.entries()) {
    const entries = await source.list(parts.slice(0, depth).join('/'))
    if (entries?.find((entry) => entry.name === name)?.kind === 'submodule') return true
  }
  return false
}

/** Of several lines the commit that touched them last. */
async function newest(
  repo: Repo,
  lines: readonly BlamedLine[],
): Promise<Pick<Origin, 'commit' | 'boundary'>> {
  const unique = [...new Map(lines.map((line) => [line.commit, line])).values()]
  const commits = await Promise.all(
    unique.map(async (line) => ({ commit: await repo.commit(line.commit), boundary: line.boundary })),
  )
  const [last] = commits.toSorted(
    (a, b) => Date.parse(b.commit.committedAt) - Date.parse(a.commit.committedAt),
  )
  if (last === undefined) return {}
  return { commit: last.commit, ...(last.boundary ? { boundary: true } : {}) }
}
