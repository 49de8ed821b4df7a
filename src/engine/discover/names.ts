import type { AppSpec, DiscoveredApp } from '#contract'
import type { DiscoverRequest, Finding } from './index.ts'
import { baseName, parentOf } from './walk.ts'

/** Folder names that say how, not what. */
const generic = new Set(
  `app apps application applications base bases chart charts cluster clusters config configs deploy deployment deployments
  env environment environments envs gitops helm infra infrastructure k8s kube kubernetes kustomize manifest manifests namespaces
  overlay overlays resources services src values workloads`.split(/\s+/),
)

/** Names that mean an environment wherever they stand. */
export const environmentNames: ReadonlySet<string> = new Set(
  `acc acceptance canary ci dev development dr int integration live local preprod preview prod production qa sandbox stage staging
  stg test testing uat`.split(/\s+/),
)
const environmentParents = new Set(['overlays', 'overlay', 'environments', 'envs', 'env'])

/** The environment that a path speaks of: a known name, or whatever stands below `overlays/` and the like. */
export function environmentOf(path: string): string | undefined {
  const parts = path.split('/')
  return parts.findLast((part, index) => isEnvironment(part, parts[index - 1]))
}

/**
 * Names and completes what was found. A name is the last telling folder, with more of the path where that is not unique, and the
 * environment where the same thing has several: `shop-web-prod`. DNS-safe, at most 50 characters, never twice.
 */
export function nameApps(findings: readonly Finding[], request: DiscoverRequest): readonly DiscoveredApp[] {
  const owners = new Map(findings.map((finding) => [finding, ownerOf(finding)]))
  const short = shortNames([...owners.values()])
  const taken = new Set(request.known.map(({ name }) => name))
  const apps = findings.map((finding): DiscoveredApp => {
    const known = request.known.find((spec) => covers(spec, finding, request.cloneId))
    if (known !== undefined) return { spec: known, why: finding.why, known: true }
    const owner = owners.get(finding) ?? finding.path
    const siblings = findings.filter((other) => owners.get(other) === owner).length
    const base = short.get(owner) ?? 'app'
    const full = siblings > 1 && finding.environment !== undefined ? `${base}-${finding.environment}` : base
    const name = uniqueName(full, taken)
    taken.add(name)
    return { spec: toSpec(finding, { name, base: slug(base), request }), why: finding.why, known: false }
  })
  return apps.toSorted((a, b) => (a.spec.name < b.spec.name ? -1 : 1))
}

function toSpec(
  finding: Finding,
  more: { readonly name: string; readonly base: string; readonly request: DiscoverRequest },
): AppSpec {
  const { name, base, request } = more
  const namespace = finding.namespace ?? name
  return {
    name,
    cloneId: request.cloneId,
    path: finding.path,
    branch: request.branch,
    tool: finding.tool,
    cruise: 'off',
    ...(finding.tool === 'helm'
      ? { helm: { releaseName: base, valuesFiles: [...(finding.valuesFiles ?? [])] } }
      : {}),
    ...(request.context === undefined ? {} : { destination: { context: request.context, namespace } }),
  }
}

function covers(spec: AppSpec, finding: Finding, cloneId: string): boolean {
  const values = [...(spec.helm?.valuesFiles ?? [])].toSorted().join('\n')
  const found = [...(finding.valuesFiles ?? [])].toSorted().join('\n')
  return (
    spec.cloneId === cloneId && spec.path === finding.path && spec.tool === finding.tool && values === found
  )
}

/** What an app is apart from its environment: the telling folders of its path. */
function ownerOf(finding: Finding): string {
  const parts = finding.path === '.' ? [] : finding.path.split('/')
  const telling = parts.filter(
    (part, index) => !generic.has(part.toLowerCase()) && !isEnvironment(part, parts[index - 1]),
  )
  if (telling.length > 0) return telling.join('/')
  return finding.path === '.'
    ? 'app'
    : baseName(finding.environment === undefined ? finding.path : parentOf(finding.path))
}

/** As few of the last folders as tell all owners apart. */
function shortNames(owners: readonly string[]): ReadonlyMap<string, string> {
  const all = [...new Set(owners)]
  const tail = (owner: string, count: number) => owner.split('/').slice(-count).join('-')
  return new Map(
    all.map((owner) => {
      const counts = owner.split('/').map((_part, index) => index + 1)
      const enough = counts.find((count) =>
        all.every((other) => other === owner || tail(other, count) !== tail(owner, count)),
      )
      return [owner, tail(owner, enough ?? counts.length)]
    }),
  )
}

function isEnvironment(part: string, parent: string | undefined): boolean {
  return environmentNames.has(part.toLowerCase()) || (parent !== undefined && environmentParents.has(parent))
}

function uniqueName(wanted: string, taken: ReadonlySet<string>): string {
  const name = slug(wanted)
  for (let count = 1; ; count += 1) {
    const suffix = count === 1 ? '' : `-${count}`
    const candidate = `${name.slice(0, 50 - suffix.length).replace(/-+$/, '')}${suffix}`
    if (!taken.has(candidate)) return candidate
  }
}

/** A DNS label; `app` where nothing of the name is left. */
function slug(text: string): string {
  const label = text
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-+|-+$/g, '')
    .slice(0, 50)
    .replace(/-+$/, '')
  return label === '' ? 'app' : label
}
