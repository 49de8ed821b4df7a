import type { Oid } from '#contract'
import type { Place } from '../place.ts'
import type { Commits } from './commits.ts'
import { commitsStartingWith } from './find-commits.ts'
import type { DiskObjects } from './objects.ts'
import { readHead, readRefs } from './refs.ts'

type Ports = { readonly place: Place; readonly commits: Commits; readonly objects: DiskObjects }

/** In git's order (gitrevisions(7)). */
const rules = ['', 'refs/', 'refs/tags/', 'refs/heads/', 'refs/remotes/']

/**
 * A revision as people write it -> commit: `HEAD`, `@`, names of refs, whole and shortened oids, each with `~n`, `^`, `^n`, `^{}` and
 * `^{commit}` after it. undefined for what names nothing, or several.
 */
export async function resolveRevision(ports: Ports, revision: string): Promise<Oid | undefined> {
  const [, name = '', steps = ''] = /^(.*?)((?:~\d*|\^\d*|\^\{(?:commit)?\})*)$/.exec(revision) ?? []
  let oid = await resolveName(ports, name)
  for (const [step] of steps.matchAll(/~\d*|\^\{(?:commit)?\}|\^\d*/g)) {
    if (oid === undefined) return undefined
    oid = await take(ports.commits, oid, step)
  }
  return oid === undefined ? undefined : (await ports.commits.find(oid))?.commit.oid
}

async function resolveName({ place, commits, objects }: Ports, name: string): Promise<Oid | undefined> {
  if (name === 'HEAD' || name === '@') {
    const head = await readHead(place)
    return head.kind === 'unborn' ? undefined : head.oid
  }
  if (/^[0-9a-f]{40}$/.test(name)) return name
  const refs = await readRefs(place)
  const ref = rules.map((rule) => refs.get(rule + name)).find((oid) => oid !== undefined)
  const found = ref ?? refs.get(`refs/remotes/${name}/HEAD`)
  if (found !== undefined) return found
  if (!/^[0-9a-f]{4,39}$/i.test(name)) return undefined
  const ones = await commitsStartingWith({ objects, commits }, name.toLowerCase())
  return ones.length === 1 ? ones[0] : undefined
}

async function take(commits: Commits, oid: Oid, step: string): Promise<Oid | undefined> {
  const commit = await commits.find(oid)
  if (commit === undefined || step.startsWith('^{')) return commit?.commit.oid
  const count = step.length === 1 ? 1 : Number(step.slice(1))
  if (step.startsWith('^')) return count === 0 ? commit.commit.oid : commit.commit.parents[count - 1]
  let at: Oid | undefined = commit.commit.oid
  for (let gone = 0; gone < count && at !== undefined; gone++)
    at = (await commits.find(at))?.commit.parents[0]
  return at
}
