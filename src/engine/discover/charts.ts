import { listAt, stringAt } from '#core'
import { readObjects } from './documents.ts'
import type { Finding } from './index.ts'
import { environmentNames, environmentOf } from './names.ts'
import { inBatches, isChart, join, resolvePath } from './walk.ts'
import type { Folder, Reader } from './walk.ts'

type Chart = {
  readonly folder: Folder
  readonly name: string
  readonly library: boolean
  /** Folders of charts that it takes from this repository. */
  readonly parts: readonly string[]
}

/** Folders beside a chart's templates that may hold values, one file or folder for each environment. */
const valuesFolders = ['values', 'environments', 'envs', 'env', 'overlays']

/**
 * Charts: one app for each environment's values file, or one alone where there is none. A library, and a chart that another one takes
 * as a part, is none unless it has environments of its own.
 */
export async function findCharts(
  reader: Reader,
  folders: ReadonlyMap<string, Folder>,
): Promise<readonly Finding[]> {
  const charts = await inBatches([...folders.values()].filter(isChart), (folder) => readChart(reader, folder))
  const parts = new Set(charts.flatMap((chart) => chart.parts))
  return charts
    .filter(({ library }) => !library)
    .flatMap((chart) => findingsOf(chart, folders, parts.has(chart.folder.path)))
}

async function readChart(reader: Reader, folder: Folder): Promise<Chart | undefined> {
  const object = readObjects(await reader.text(join(folder.path, 'Chart.yaml')))[0]
  if (object === undefined) return undefined
  const parts = listAt(object, 'dependencies').flatMap((dependency) => {
    const local = /^file:\/\/(.+)$/.exec(stringAt(dependency, 'repository') ?? '')?.[1]
    const path = local === undefined ? undefined : resolvePath(folder.path, local)
    return path === undefined ? [] : [path]
  })
  const name = stringAt(object, 'name') ?? ''
  return { folder, name, library: stringAt(object, 'type') === 'library', parts }
}

function findingsOf(chart: Chart, folders: ReadonlyMap<string, Folder>, isPart: boolean): readonly Finding[] {
  const path = chart.folder.path
  const environments = [...environmentsOf(chart.folder, folders)].toSorted(([a], [b]) => (a < b ? -1 : 1))
  if (environments.length === 0) {
    if (isPart) return []
    const environment = environmentOf(path)
    const found = { path, tool: 'helm' as const, valuesFiles: [], why: `chart ${chart.name}` }
    return [environment === undefined ? found : { ...found, environment }]
  }
  return environments.map(([environment, file]) => ({
    path,
    tool: 'helm',
    environment,
    valuesFiles: [file],
    why: `chart ${chart.name} with ${file.slice(path === '.' ? 0 : path.length + 1)}`,
  }))
}

/** Values files by environment: `values-prod.yaml`, `values/prod.yaml`, `environments/prod/values.yaml`, `prod.yaml`. */
function environmentsOf(chart: Folder, folders: ReadonlyMap<string, Folder>): ReadonlyMap<string, string> {
  const beside = chart.files.map((file) => ({
    environment: valuesEnvironment(file) ?? knownEnvironment(file),
    file: join(chart.path, file),
  }))
  const below = chart.folders
    .filter((name) => valuesFolders.includes(name))
    .flatMap((name) => valuesBelow(join(chart.path, name), folders))
  const found = new Map<string, string>()
  for (const { environment, file } of [...beside, ...below])
    if (environment !== undefined && !found.has(environment)) found.set(environment, file)
  return found
}

function valuesBelow(
  path: string,
  folders: ReadonlyMap<string, Folder>,
): readonly { readonly environment: string | undefined; readonly file: string }[] {
  const folder = folders.get(path)
  const files = (folder?.files ?? []).map((file) => ({
    environment: valuesEnvironment(file) ?? stemOf(file),
    file: join(path, file),
  }))
  const inner = (folder?.folders ?? [])
    .filter((child) => folders.get(join(path, child))?.files.includes('values.yaml') === true)
    .map((child) => ({ environment: child, file: join(path, `${child}/values.yaml`) }))
  return [...files, ...inner]
}

function valuesEnvironment(file: string): string | undefined {
  const match = /^(?:values[-._](.+)|(.+)[-._]values)\.ya?ml$/.exec(file)
  const name = match?.[1] ?? match?.[2]
  // Files of secrets stand beside the values they belong to and make no environment.
  return name === undefined || /schema|secret/i.test(name) ? undefined : name
}

function knownEnvironment(file: string): string | undefined {
  const stem = stemOf(file)
  return stem !== undefined && environmentNames.has(stem) ? stem : undefined
}

function stemOf(file: string): string | undefined {
  const stem = /^(.+)\.ya?ml$/.exec(file)?.[1]
  return stem === undefined || stem === 'values' || /secret/i.test(stem) ? undefined : stem
}
