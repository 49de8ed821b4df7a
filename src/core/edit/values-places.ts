import { isObject } from '../manifest/index.ts'
import type { ReplicaPlace, ReplicaSearch, SourceFile } from './candidates.ts'
import { valuesIn } from './manifest-places.ts'
import type { FieldPath } from './select.ts'

/** Values deeper than this, or more of them, are configuration of something else. */
const maxDepth = 8
const maxPlaces = 200

/**
 * Helm: every number in the values files that equals the rendered count. The file that is given last wins over the others, so its
 * values come first, and of those the ones whose name speaks of replicas.
 */
export function valuesPlaces(search: ReplicaSearch): readonly ReplicaPlace[] {
  const files = filesOf(search)
  const places = files.flatMap((file, order) =>
    valuesIn(file)
      .slice(0, 1)
      .flatMap((value) => [...pathsTo(value, search.current, [])])
      .slice(0, maxPlaces)
      .map((path) => ({ file, path, rank: nameRank(path, search.key.name) * files.length + order })),
  )
  return places
    .toSorted((a, b) => a.rank - b.rank)
    .map(({ file, path }) => ({ kind: 'value', text: file.text, file: file.path, document: 'only', path }))
}

/** The chart's own values.yaml stands under all others. */
function filesOf({ inputs, appPath, helm }: ReplicaSearch): readonly SourceFile[] {
  const chart = appPath === '.' ? 'values.yaml' : `${appPath}/values.yaml`
  const paths = [...new Set([...(helm?.valuesFiles ?? []).toReversed(), chart])]
  return paths.flatMap((path) => inputs.filter((file) => file.path === path))
}

function* pathsTo(value: unknown, count: number, path: FieldPath): Generator<FieldPath> {
  if (value === count || value === String(count)) yield path
  if (path.length >= maxDepth) return
  if (Array.isArray(value))
    for (const [index, item] of value.entries()) yield* pathsTo(item, count, [...path, index])
  else if (isObject(value))
    for (const [key, item] of Object.entries(value)) yield* pathsTo(item, count, [...path, key])
}

function nameRank(path: FieldPath, workload: string): number {
  const key = String(path.findLast((step) => typeof step === 'string') ?? '')
  if (!/replica/i.test(key)) return 2
  return path.some((step) => typeof step === 'string' && workload.includes(step)) ? 0 : 1
}
