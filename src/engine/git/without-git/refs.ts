import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { AppError } from '#contract'
import type { Oid } from '#contract'
import type { Place } from '../place.ts'
import type { Tip } from '../refs.ts'
import { absent, listFolder, readRegular } from './disk.ts'

/** Every ref by its full name, with the oid it names in the end. */
export type Refs = ReadonlyMap<string, Oid>

const maxRefBytes = 4096
const maxPackedBytes = 64 * 1024 * 1024
/** As deep as git follows one symbolic ref to the next. */
const mostHops = 5

type Stored = { readonly oid: Oid } | { readonly symbolic: string }

/**
 * Reads refs as files: loose ones before packed ones. isomorphic-git's own reader follows a symbolic ref to any path and opens what is no
 * regular file, so a hostile clone could make it read elsewhere or wait for ever.
 */
export async function readRefs(place: Place): Promise<Refs> {
  await requireThere(place)
  const stored = await readPacked(place)
  await readLoose(place, 'refs', stored)
  const refs = new Map<string, Oid>()
  for (const name of [...stored.keys()].toSorted()) {
    const oid = follow(stored, name)
    if (oid !== undefined) refs.set(name, oid)
  }
  return refs
}

export async function readHead(place: Place): Promise<Tip> {
  await requireThere(place)
  const head = await readStored(join(place.gitDir, 'HEAD'))
  if (head !== undefined && 'oid' in head) return { kind: 'detached', oid: head.oid }
  const name = head?.symbolic ?? 'refs/heads/main'
  const branch = name.replace(/^refs\/heads\//, '')
  const oid = (await readRefs(place)).get(name)
  return oid === undefined ? { kind: 'unborn', branch } : { kind: 'branch', branch, oid }
}

/** What a symbolic ref (`refs/remotes/origin/HEAD`) names. */
export async function readSymbolic(place: Place, name: string): Promise<string | undefined> {
  const stored = await readStored(join(place.commonDir, ...name.split('/')))
  return stored !== undefined && 'symbolic' in stored ? stored.symbolic : undefined
}

/** A folder that went away must not look like a clone without refs. */
async function requireThere({ path, gitDir }: Place): Promise<void> {
  for (const folder of [path, gitDir])
    if ((await stat(folder).catch(absent)) === undefined)
      throw new AppError('REPO_MISSING', { message: `${folder}: the folder is not there.`, subject: path })
}

async function readPacked({ commonDir }: Place): Promise<Map<string, Stored>> {
  const bytes = await readRegular(join(commonDir, 'packed-refs'), { maxBytes: maxPackedBytes })
  const refs = new Map<string, Stored>()
  for (const line of bytes?.toString('utf8').split('\n') ?? []) {
    const [, oid, name] = /^([0-9a-f]{40}) (refs\/.+)$/.exec(line) ?? []
    if (oid !== undefined && name !== undefined && isRefName(name)) refs.set(name, { oid })
  }
  return refs
}

async function readLoose({ commonDir }: Place, top: string, refs: Map<string, Stored>): Promise<void> {
  const waiting = [top]
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    for (const entry of await listFolder(join(commonDir, ...name.split('/')))) {
      const full = `${name}/${entry.name}`
      if (!isRefName(full)) continue
      if (entry.isDirectory()) waiting.push(full)
      else if (entry.isFile()) {
        const stored = await readStored(join(commonDir, ...full.split('/')))
        if (stored !== undefined) refs.set(full, stored)
      }
    }
  }
}

async function readStored(file: string): Promise<Stored | undefined> {
  const text = (await readRegular(file, { maxBytes: maxRefBytes }))?.toString('utf8').trimEnd() ?? ''
  if (/^[0-9a-f]{40}$/.test(text)) return { oid: text }
  const symbolic = /^ref:\s*(refs\/\S+)$/.exec(text)?.[1]
  return symbolic !== undefined && isRefName(symbolic) ? { symbolic } : undefined
}

function follow(stored: ReadonlyMap<string, Stored>, name: string): Oid | undefined {
  let at = stored.get(name)
  for (let hop = 0; at !== undefined && hop <= mostHops; hop++) {
    if ('oid' in at) return at.oid
    at = stored.get(at.symbolic)
  }
  return undefined
}

/** git-check-ref-format(1), as far as a path could mean something else. */
function isRefName(name: string): boolean {
  return (
    // eslint-disable-next-line no-control-regex
    !/[\u0000-\u0020\u007f~^:?*[\\]|\.\.|@\{|\/\/|\/$|\.$/.test(name) &&
    name.split('/').every((part) => part !== '' && !part.startsWith('.') && !part.endsWith('.lock'))
  )
}
