import { at, listAt, stringAt } from '#core'
import type { JsonObject } from '#core'
import { readObjects, stringsOf } from './documents.ts'
import type { Finding } from './index.ts'
import { environmentOf } from './names.ts'
import { baseName, inBatches, isChart, join, resolvePath } from './walk.ts'
import type { Folder, Reader } from './walk.ts'

/** The names that kustomize takes, in its order. */
const fileNames = ['kustomization.yaml', 'kustomization.yml', 'Kustomization']

type Kustomization = {
  readonly folder: string
  readonly file: string
  readonly object: JsonObject
  /** Local files and folders that it names. */
  readonly uses: readonly string[]
}

export type Kustomizations = {
  readonly findings: readonly Finding[]
  /** Folders and files that belong to some kustomization: no folder of manifests is an app of its own there. */
  readonly claimed: ReadonlySet<string>
}

/** Kustomizations that no other one uses. Components are parts, never apps. */
export async function findKustomizations(
  reader: Reader,
  folders: ReadonlyMap<string, Folder>,
): Promise<Kustomizations> {
  const candidates = [...folders.values()].filter(
    (folder) => !isChart(folder) && fileOf(folder) !== undefined,
  )
  const all = await inBatches(candidates, (folder) => readKustomization(reader, folder))
  const byFolder = new Map(all.map((one) => [one.folder, one]))
  const used = new Set(all.flatMap(({ folder, uses }) => uses.filter((path) => path !== folder)))
  const claimed = new Set([...byFolder.keys(), ...used])
  const tops = all.filter(({ folder, object }) => !used.has(folder) && object.kind !== 'Component')
  const findings = await inBatches(tops, (top) => toFinding(reader, top, byFolder))
  return { findings, claimed }
}

function fileOf(folder: Folder): string | undefined {
  return fileNames.find((name) => folder.files.includes(name))
}

async function readKustomization(reader: Reader, folder: Folder): Promise<Kustomization | undefined> {
  const file = join(folder.path, fileOf(folder) ?? '')
  const object = readObjects(await reader.text(file))[0]
  // Flux has a kind of this name, too, which is an ordinary object.
  const apiVersion = stringAt(object, 'apiVersion') ?? 'kustomize.config.k8s.io/v1beta1'
  if (object === undefined || !apiVersion.startsWith('kustomize.config.k8s.io/')) return undefined
  const uses = pathsIn(object).flatMap((path) => {
    const resolved = isRemote(path) ? undefined : resolvePath(folder.path, path)
    return resolved === undefined ? [] : [resolved]
  })
  return { folder: folder.path, file, object, uses }
}

function pathsIn(object: JsonObject): readonly string[] {
  const plain = ['resources', 'bases', 'components', 'patchesStrategicMerge', 'crds', 'configurations']
  const withPath = ['patches', 'patchesJson6902', 'replacements']
  const generators = ['configMapGenerator', 'secretGenerator']
  return [
    ...plain.flatMap((field) => stringsOf(listAt(object, field)).filter((text) => !text.includes('\n'))),
    ...withPath.flatMap((field) => stringsOf(listAt(object, field).map((item) => at(item, 'path')))),
    ...generators.flatMap((field) =>
      listAt(object, field).flatMap((item) =>
        stringsOf([...listAt(item, 'files'), ...listAt(item, 'envs')]).map((text) =>
          text.replace(/^[^=]*=/, ''),
        ),
      ),
    ),
  ]
}

function isRemote(path: string): boolean {
  return /^[a-z+]+:\/\/|[?&]ref=|^git@|^github\.com\//.test(path)
}

async function toFinding(
  reader: Reader,
  top: Kustomization,
  byFolder: ReadonlyMap<string, Kustomization>,
): Promise<Finding> {
  const layers = layersOf(top, byFolder)
  const namespace =
    layers.map(({ object }) => stringAt(object, 'namespace')).find((name) => name !== undefined) ??
    (await namespaceOfResources(reader, layers))
  const environment = environmentOf(top.folder)
  const bases = layers.slice(1).map(({ folder }) => folder)
  const on = bases.length === 0 ? '' : ` on ${bases.slice(0, 3).join(', ')}${bases.length > 3 ? ' …' : ''}`
  return {
    path: top.folder,
    tool: 'kustomize',
    why: `${baseName(top.file)}${on}`,
    ...(environment === undefined ? {} : { environment }),
    ...(namespace === undefined ? {} : { namespace }),
  }
}

/** The kustomization and all that it stands on, outermost first; each once, so that a loop ends. */
function layersOf(
  top: Kustomization,
  byFolder: ReadonlyMap<string, Kustomization>,
): readonly Kustomization[] {
  const layers = new Set([top])
  for (const layer of layers)
    for (const path of layer.uses) {
      const below = byFolder.get(path)
      if (below !== undefined) layers.add(below)
    }
  return [...layers]
}

async function namespaceOfResources(
  reader: Reader,
  layers: readonly Kustomization[],
): Promise<string | undefined> {
  const files = layers.flatMap(({ uses }) => uses.filter((path) => /\.ya?ml$/.test(path))).slice(0, 5)
  const texts = await inBatches(files, (file) => reader.text(file))
  return singleNamespace(texts.flatMap((text) => readObjects(text)))
}

/** The one namespace that objects name, if they agree. */
export function singleNamespace(objects: readonly JsonObject[]): string | undefined {
  const names = new Set(objects.map((object) => stringAt(object, 'metadata', 'namespace')))
  names.delete(undefined)
  const [first, ...others] = names
  return others.length === 0 ? first : undefined
}
