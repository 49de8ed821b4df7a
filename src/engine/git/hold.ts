import type { Oid } from '#contract'
import type { Place } from './place.ts'
import { readRef } from './refs.ts'
import type { GitRunner } from './runner.ts'

/** The ref that keeps a draft's commit from gc until it is on a branch. */
export function holdRef(name: string): string {
  return `refs/wheelhouse/${name}`
}

export async function hold(
  git: GitRunner,
  place: Place,
  request: { readonly holdName: string; readonly commit: Oid },
): Promise<void> {
  await git.run(['update-ref', holdRef(request.holdName), request.commit], { cwd: place.path, mode: 'write' })
}

/** Puts on record, as a ref, where a branch was before it moves: between the ref and the files of its work tree we may be killed. */
export async function recordMove(git: GitRunner, place: Place, holdName: string, from: Oid): Promise<void> {
  await git.run(['update-ref', moveRef(holdName), from], { cwd: place.path, mode: 'write' })
}

export function readMove(git: GitRunner, place: Place, holdName: string): Promise<Oid | undefined> {
  return readRef(git, place.path, moveRef(holdName))
}

/** Drops the hold and the record; a second time it finds nothing to do. */
export async function release(git: GitRunner, place: Place, holdName: string): Promise<void> {
  const refs = [holdRef(holdName), moveRef(holdName)]
  const input = refs.map((ref) => `delete ${ref}\n`).join('')
  await git.run(['update-ref', '--stdin'], { cwd: place.path, mode: 'write', input })
}

function moveRef(name: string): string {
  return `${holdRef(name)}.from`
}
