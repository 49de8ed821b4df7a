import type { Blame, LiveField, Origin, ResourceKey } from '#contract'
import { parseManifests } from '#core'
import { Exit } from '../exit.ts'
import type { Output } from '../output.ts'
import { table } from '../output.ts'
import type { Session } from '../session.ts'

export type BlameFlags = { readonly revision?: string; readonly live?: boolean; readonly namespace?: string }

/**
 * `blame APP KIND/NAME [PATH]`: the lines that make a field of a rendered object what it is, and who wrote them. Exit 1 where `--live` finds
 * the cluster otherwise than Git.
 */
export async function blame(
  session: Session,
  out: Output,
  appName: string | undefined,
  { words, flags }: { readonly words: readonly string[]; readonly flags: BlameFlags },
): Promise<void> {
  const [object, path = '.'] = words
  if (object === undefined)
    throw new Exit(2, 'Name an object, and a field of it: blame APP Deployment/web .spec.replicas')
  const app = await session.app(appName)
  const revision = flags.revision === undefined ? {} : { revision: flags.revision }
  const { yaml } = await session.client.call('render.print', { appId: app.id, ...revision })
  const known = parseManifests(yaml).manifests.map(({ key }) => key)
  const found = await session.client.call('blame.field', {
    appId: app.id,
    key: findObject(known, object, flags.namespace),
    path,
    ...revision,
    ...(flags.live === true ? { live: true } : {}),
  })
  out.value(found)
  print(found, out)
  if (found.live?.state === 'unknown') throw new Exit(2)
  if (found.live !== undefined && found.live.state !== 'same') throw new Exit(1)
}

/** Kinds as kubectl abbreviates them, where the beginning of the name is not enough. */
const shortKinds: Readonly<Record<string, string>> = {
  cj: 'cronjob',
  cm: 'configmap',
  ds: 'daemonset',
  hpa: 'horizontalpodautoscaler',
  ns: 'namespace',
  pdb: 'poddisruptionbudget',
  pvc: 'persistentvolumeclaim',
  sa: 'serviceaccount',
  sts: 'statefulset',
  svc: 'service',
}

/** `Deployment/web`, `deploy/web`; `--namespace` tells two of one name apart. */
function findObject(known: readonly ResourceKey[], text: string, namespace: string | undefined): ResourceKey {
  const [kind = '', ...rest] = text.split('/')
  const name = rest.join('/')
  const named = known.filter(
    (key) =>
      key.name === name && (namespace === undefined || key.namespace === namespace || key.namespace === ''),
  )
  const exact = named.filter((key) => key.kind.toLowerCase() === kind.toLowerCase())
  const short = shortKinds[kind.toLowerCase()] ?? kind.toLowerCase().replace(/s$/, '')
  const found = exact.length > 0 ? exact : named.filter((key) => key.kind.toLowerCase().startsWith(short))
  const [key, other] = found
  if (key !== undefined && other === undefined) return key
  const names = (other === undefined ? known : found).map(
    (one) => `${one.kind}/${one.name}${one.namespace === '' ? '' : ` -n ${one.namespace}`}`,
  )
  const why = other === undefined ? 'the app renders no such object' : 'several objects fit'
  throw new Exit(2, `${text}: ${why}. Known: ${names.slice(0, 30).join(', ')}.`)
}

const shares: Readonly<Record<NonNullable<Origin['share']>, string>> = {
  whole: 'the value',
  part: 'a part of it',
  decides: 'decides it',
  writes: 'writes it',
}

function print({ key, path, value, revision, origins, notes, live }: Blame, out: Output): void {
  // The whole object is no value to be read on one line.
  const said = path === '' ? '' : value === undefined ? 'not in Git' : value.split('\n')[0]
  out.line(
    `${out.paint('bold', `${key.kind}/${key.name} ${path}`)} ${said ?? ''} ${out.paint('dim', `at ${revision.slice(0, 7)}`)}`,
  )
  if (origins.length > 0) out.line(table(origins.map((origin) => cells(origin, out))))
  for (const note of notes) out.line(out.paint('yellow', note))
  if (live !== undefined) out.line(liveWords(live))
}

function cells(
  { role, certainty, share, file, line, text, commit, boundary, why }: Origin,
  out: Output,
): readonly string[] {
  const place = line === undefined ? file : `${file}:${line}`
  if (certainty === 'possible') return [out.paint('yellow', 'possible'), role, place, '', '', '', why ?? text]
  const by =
    commit === undefined
      ? ['', '', '']
      : [
          `${commit.oid.slice(0, 7)}${boundary === true ? ' or earlier' : ''}`,
          commit.authoredAt.slice(0, 10),
          commit.author.name,
        ]
  return [share === undefined ? 'proved' : shares[share], role, place, ...by, text]
}

function liveWords({ state, value, managers, message }: LiveField): string {
  if (state === 'unknown') return `live: not known. ${message ?? ''}`
  const by = managers.map(
    ({ manager, operation, at }) =>
      `${manager} (${operation}${at === undefined ? '' : `, at or before ${at}`})`,
  )
  const words = {
    same: 'live: the same',
    differs: 'live: otherwise',
    undeclared: 'live, and not in Git',
    absent: 'live: not there',
  }[state]
  return `${words}${value === undefined ? '' : `, ${value}`}${by.length === 0 ? '' : `; held by ${by.join(', ')}`}`
}
