import { isObject, stringAt } from '#core'
import type { JsonObject } from '#core'
import { readObjects } from './documents.ts'
import type { Finding } from './index.ts'
import { singleNamespace } from './kustomizations.ts'
import { environmentOf } from './names.ts'
import { inBatches, isChart, isWithin, join } from './walk.ts'
import type { Folder, Reader } from './walk.ts'

/** Files of a folder that are read to see whether it holds manifests. */
const probes = 6

/** Folders with manifests that no chart and no kustomization claims. */
export async function findPlainFolders(
  reader: Reader,
  folders: ReadonlyMap<string, Folder>,
  claimed: ReadonlySet<string>,
): Promise<readonly Finding[]> {
  const owners = ownersOf(folders, claimed)
  const free = [...folders.values()].filter(
    (folder) =>
      manifestFiles(folder).length > 0 &&
      !isChart(folder) &&
      !claimed.has(folder.path) &&
      !owners.some((owner) => isWithin(folder.path, owner)) &&
      !folder.files.some((file) => claimed.has(join(folder.path, file))),
  )
  return inBatches(free, (folder) => toFinding(reader, folder))
}

/** What lies below a chart or kustomization is part of it, but not everything below one at the root. */
function ownersOf(folders: ReadonlyMap<string, Folder>, claimed: ReadonlySet<string>): readonly string[] {
  const owners = [...folders.values()].filter((folder) => isChart(folder) || claimed.has(folder.path))
  return owners.map(({ path }) => path).filter((path) => path !== '.')
}

async function toFinding(reader: Reader, folder: Folder): Promise<Finding | undefined> {
  const files = manifestFiles(folder)
  const texts = await inBatches(files.slice(0, probes), (file) => reader.text(join(folder.path, file)))
  const objects = texts.flatMap((text) => readObjects(text)).filter(isManifest)
  if (objects.length === 0) return undefined
  const environment = environmentOf(folder.path)
  const namespace = singleNamespace(objects)
  return {
    path: folder.path,
    tool: 'plain',
    why: files.length === 1 ? `manifests in ${files[0] ?? ''}` : `${files.length} files of manifests`,
    ...(environment === undefined ? {} : { environment }),
    ...(namespace === undefined ? {} : { namespace }),
  }
}

function manifestFiles(folder: Folder): readonly string[] {
  return folder.files.filter(
    (file) => /\.(ya?ml|json)$/.test(file) && !/^(kustomization|Chart)\.ya?ml$/.test(file),
  )
}

/** Configuration of other tools has no metadata; a kustomization or chart has its own kind. */
function isManifest(object: JsonObject): boolean {
  const kind = stringAt(object, 'kind')
  const hasName = isObject(object.metadata) || Array.isArray(object.items)
  return stringAt(object, 'apiVersion') !== undefined && kind !== undefined && kind !== 'Component' && hasName
}
