import type { OriginRole, Tool } from '#contract'
import type { SourceFile } from '../edit/candidates.ts'
import { valuesIn } from '../edit/manifest-places.ts'
import { listAt, stringAt } from '../manifest/index.ts'
import type { SourceScalar } from './scalars.ts'

/** What a render was made of. */
export type Sources = {
  readonly tool: Tool
  readonly appPath: string
  /** Files that the render read. */
  readonly files: readonly SourceFile[]
  /** Values files in the order they are given to Helm. */
  readonly valuesFiles: readonly string[]
}

const kustomizationFile = /(^|\/)(kustomization\.ya?ml|Kustomization)$/

export function isKustomization(file: string): boolean {
  return kustomizationFile.test(file)
}

/** What kustomizations make of the files that they name. */
export type Layers = {
  readonly patches: ReadonlySet<string>
  readonly generators: ReadonlySet<string>
  /** Sources of secretGenerators: their text is never shown. */
  readonly secrets: ReadonlySet<string>
}

export function layersOf({ files }: Pick<Sources, 'files'>): Layers {
  const patches = new Set<string>()
  const generators = new Set<string>()
  const secrets = new Set<string>()
  for (const file of files.filter(({ path }) => isKustomization(path))) {
    const folder = file.path.slice(0, Math.max(0, file.path.lastIndexOf('/')))
    const named = (text: string | undefined) => (text === undefined ? [] : [below(folder, text)])
    for (const value of valuesIn(file)) {
      const entries = [...listAt(value, 'patches'), ...listAt(value, 'patchesJson6902')]
      for (const entry of entries) for (const path of named(stringAt(entry, 'path'))) patches.add(path)
      for (const text of listAt(value, 'patchesStrategicMerge'))
        if (typeof text === 'string' && !text.includes('\n')) patches.add(below(folder, text))
      for (const path of generatorFiles(value, 'configMapGenerator')) generators.add(below(folder, path))
      for (const path of generatorFiles(value, 'secretGenerator')) secrets.add(below(folder, path))
    }
  }
  return { patches, generators, secrets }
}

function generatorFiles(kustomization: unknown, field: string): readonly string[] {
  return listAt(kustomization, field).flatMap((generator) => {
    const env = stringAt(generator, 'env')
    const named = [...listAt(generator, 'files'), ...listAt(generator, 'envs')].filter(
      (one) => typeof one === 'string',
    )
    // `key=path` names the key that the file's text gets.
    return [...named.map((one) => one.replace(/^[^=/]*=/, '')), ...(env === undefined ? [] : [env])]
  })
}

/** A path as a kustomization in `folder` names it, as one of the repository. */
export function below(folder: string, path: string): string {
  const parts = folder === '' || folder === '.' ? [] : folder.split('/')
  for (const part of path.split('/')) {
    if (part === '..') parts.pop()
    else if (part !== '.' && part !== '') parts.push(part)
  }
  return parts.join('/')
}

export function roleOf(
  place: Pick<SourceScalar, 'file' | 'path' | 'inside'>,
  sources: Sources,
  layers: Layers,
): OriginRole {
  const { file } = place
  switch (sources.tool) {
    case 'plain':
      return 'manifest'
    case 'helm':
      if (sources.valuesFiles.includes(file)) return 'values'
      return /(^|\/)templates\//.test(file) ? 'template' : 'chart'
    case 'kustomize':
      if (place.inside !== undefined || layers.patches.has(file)) return 'patch'
      if (layers.generators.has(file) || layers.secrets.has(file)) return 'generator'
      if (isKustomization(file))
        return /[gG]enerator/.test(String(place.path[0])) ? 'generator' : 'transformer'
      return sources.appPath === '.' || file.startsWith(`${sources.appPath}/`) ? 'manifest' : 'base'
    default:
      return sources.tool satisfies never
  }
}
